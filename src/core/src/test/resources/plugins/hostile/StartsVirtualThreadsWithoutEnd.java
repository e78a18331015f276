package plugins.hostile;

/** Starts virtual threads that start virtual threads. */
public class StartsVirtualThreadsWithoutEnd extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        while (true) {
            Thread.startVirtualThread(() -> {
                byte[] kept = new byte[1000];
                hang();
                kept[0] = 1;
            });
        }
    }
}
