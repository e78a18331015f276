package io.dataprism.sandbox.frame;

/**
 * Makes sure that there is room on the stack for what is done for a plugin. Its code can call at the very end of its stack; a lock of
 * the JDK's, a frame half written, or the first use of a class, that is broken off there stays broken.
 */
public final class StackRoom {

    /** Of frames with eight numbers that are needed after the call: 64 KiB at least, however they are compiled. */
    private static final int FRAMES = 300;

    private StackRoom() {}

    /** Throws {@link StackOverflowError} where there is too little. */
    public static void require() {
        if (depth(FRAMES, 1, 2, 3, 4, 5, 6, 7, 8) == 0) {
            throw new IllegalStateException("The frames were not made.");
        }
    }

    /** Whether there is enough. */
    public static boolean isThere() {
        try {
            require();
            return true;
        } catch (StackOverflowError little) {
            return false;
        }
    }

    private static long depth(int left, long a, long b, long c, long d, long e, long f, long g, long h) {
        if (left == 0) {
            return a | b | c | d | e | f | g | h;
        }
        long deeper = depth(left - 1, b ^ left, c ^ left, d ^ left, e ^ left, f ^ left, g ^ left, h ^ left, a ^ left);
        return deeper | a | b | c | d | e | f | g | h;
    }
}
