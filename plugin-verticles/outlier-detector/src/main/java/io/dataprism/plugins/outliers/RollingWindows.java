package io.dataprism.plugins.outliers;

import io.dataprism.plugin.PluginException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last values of each column in each group: what {@code stream} judges by. Holds its memory until closed. One thread at a time. */
final class RollingWindows implements Judge, AutoCloseable {

    private static final int PART_BYTES = 160;

    private final int columnCount;
    private final int length;
    private final int minimum;
    private final HeldMemory memory;
    private final Map<Optional<String>, @Nullable Window[]> byGroup = new HashMap<>();
    private long heldBytes;
    private boolean closed;

    /**
     * @param length how many values a window keeps
     * @param minimum how many it must have before it judges
     */
    RollingWindows(int columnCount, int length, int minimum, HeldMemory memory) {
        this.columnCount = columnCount;
        this.length = length;
        this.minimum = minimum;
        this.memory = memory;
    }

    /** Judges by the values before, and then counts the value among them. */
    @Override
    public double score(Optional<String> group, int column, double value) {
        @Nullable Window[] windows = byGroup.computeIfAbsent(group, key -> new Window[columnCount]);
        Window window = windows[column];
        if (window == null) {
            Spreads.refuseTooMany((long) byGroup.size() * columnCount);
            take(PART_BYTES + (long) length * Double.BYTES);
            window = new Window(length);
            windows[column] = window;
        }
        double score = window.count < minimum ? Double.NaN : window.score(value);
        window.add(value);
        return score;
    }

    private synchronized void take(long bytes) {
        if (closed) {
            return;
        }
        if (!memory.tryTake(bytes)) {
            throw new PluginException(
                    "QUOTA_EXCEEDED",
                    "The windows of " + byGroup.size() + " groups need more than the " + memory.limitBytes()
                            + " bytes that all calls of this plugin may hold together. Use a shorter window or a coarser"
                            + " group.");
        }
        heldBytes += bytes;
    }

    /** A cancelled call may close this while a batch is still judged. */
    @Override
    public synchronized void close() {
        closed = true;
        memory.giveBack(heldBytes);
        heldBytes = 0;
    }

    private static final class Window {

        private final double[] values;
        private int next;
        private int count;

        Window(int length) {
            values = new double[length];
        }

        void add(double value) {
            values[next] = value;
            next = (next + 1) % values.length;
            count = Math.min(count + 1, values.length);
        }

        /** Over all values anew, so that no error adds up. */
        double score(double value) {
            double sum = 0;
            for (int index = 0; index < count; index++) {
                sum += values[index];
            }
            double mean = sum / count;
            double squares = 0;
            for (int index = 0; index < count; index++) {
                squares += (values[index] - mean) * (values[index] - mean);
            }
            return new Spread.AroundMean(mean, Math.sqrt(squares / (count - 1))).score(value);
        }
    }
}
