package io.dataprism.load.measure;

/**
 * One run of one side.
 *
 * @param units rows, or whatever is counted
 * @param bytes that came, 0 where nobody counts them
 * @param cpuNanos that the serving process computed meanwhile, on all processors; 0 where nobody looked
 */
public record Measured(long units, long bytes, long nanos, long cpuNanos) {

    private static final double NANOS_OF_A_SECOND = 1e9;

    public double unitsPerSecond() {
        return units * NANOS_OF_A_SECOND / Math.max(1, nanos);
    }

    /** Both, one after the other. */
    public Measured and(Measured next) {
        return new Measured(units + next.units, bytes + next.bytes, nanos + next.nanos, cpuNanos + next.cpuNanos);
    }
}
