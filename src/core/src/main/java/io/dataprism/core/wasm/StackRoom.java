package io.dataprism.core.wasm;

/**
 * Makes sure that there is room on the stack for what the host does itself. A module can call the host at the very end of its
 * stack; a lock of the JDK's, or the first use of a class, that is broken off there stays broken.
 */
final class StackRoom {

    /** Of frames with eight numbers that are needed after the call: 64 KiB at least, however they are compiled. */
    private static final int FRAMES = 300;

    private StackRoom() {}

    /** Throws {@link StackOverflowError} where there is too little. */
    static void require() {
        if (depth(FRAMES, 1, 2, 3, 4, 5, 6, 7, 8) == 0) {
            throw new IllegalStateException("The frames were not made.");
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
