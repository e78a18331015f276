package io.dataprism.load.measure;

/** Tells from a row of looks whether a size has come to rest. One thread at a time. */
public final class SettledBytes {

    private final double leastChangeBytes;
    private final int looks;
    private long last = -1;
    private int still;

    /**
     * Begins.
     *
     * @param leastChangeBytes from this on it has moved
     * @param looks in a row that must find it where it was
     */
    public SettledBytes(double leastChangeBytes, int looks) {
        this.leastChangeBytes = leastChangeBytes;
        this.looks = looks;
    }

    /** Takes the next look; answers whether it has come to rest. */
    public boolean isStill(long bytes) {
        still = last >= 0 && Math.abs(bytes - last) < leastChangeBytes ? still + 1 : 0;
        last = bytes;
        return still >= looks;
    }
}
