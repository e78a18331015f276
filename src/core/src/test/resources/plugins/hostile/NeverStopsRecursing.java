package plugins.hostile;

/** Calls itself until the stack ends, over and over. */
public class NeverStopsRecursing extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        int depth = 0;
        for (int round = 0; round < 100; round++) {
            try {
                depth = deeper(0);
            } catch (StackOverflowError end) {
                depth = -1;
            }
        }
        return depth;
    }

    private static int deeper(int depth) {
        return deeper(depth + 1) + 1;
    }
}
