package io.dataprism.load.measure;

/**
 * One run of one side.
 *
 * @param units rows, or whatever is counted
 * @param bytes that came, 0 where nobody counts them
 */
public record Measured(long units, long bytes, long nanos) {

    private static final double NANOS_OF_A_SECOND = 1e9;

    public double unitsPerSecond() {
        return units * NANOS_OF_A_SECOND / Math.max(1, nanos);
    }
}
