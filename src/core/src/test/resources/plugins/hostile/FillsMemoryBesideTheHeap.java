package plugins.hostile;

/** Takes memory by Unsafe and touches it. */
public class FillsMemoryBesideTheHeap extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        for (int piece = 0; piece < 4096; piece++) {
            Kernel.zeros(1 << 20);
        }
        return "4 GiB";
    }
}
