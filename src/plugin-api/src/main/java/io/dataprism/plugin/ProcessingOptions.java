package io.dataprism.plugin;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a caller would like data to be processed: wishes that a plugin may heed. The host keeps its own deadline whatever the plugin
 * does.
 *
 * @param batchRows wished for in a batch of the result, at most
 * @param timeout until the last byte; never longer than the plugin's {@code operationTimeout}
 * @param validate whether to check the data before working on it
 * @param cache whether a result that the plugin has kept will do
 */
public record ProcessingOptions(Mode mode, int batchRows, Duration timeout, boolean validate, boolean cache) {

    private static final int MOST_BATCH_ROWS = 1 << 20;

    /** How results come. */
    public enum Mode {
        /** All of it is worked out before the first batch is answered. */
        SYNC,
        /** As the plugin sees fit. */
        ASYNC,
        /** Each batch is answered as soon as it can be. */
        STREAMING
    }

    /** Batches of 32,768 rows, as soon as they are there, within 10 s; no check, no cache. */
    public static final ProcessingOptions DEFAULT =
            new ProcessingOptions(Mode.STREAMING, 32_768, Duration.ofSeconds(10), false, false);

    public ProcessingOptions {
        if (batchRows < 1 || batchRows > MOST_BATCH_ROWS) {
            throw PluginException.invalidParameter(
                    "options.batchRows", "must be 1 to " + MOST_BATCH_ROWS + ", and is " + batchRows);
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw PluginException.invalidParameter(
                    "options.timeoutMs", "must be positive, and is " + timeout.toMillis());
        }
    }

    /**
     * From JSON: {@code {mode, batchRows, timeoutMs, validate, cache}}, where each may be absent.
     *
     * @param timeout where none is given, and the longest that may be
     * @throws PluginException {@code REQUEST_INVALID}, naming the member
     */
    public static ProcessingOptions of(Map<String, @Nullable Object> json, Duration timeout) {
        OptionReader options = new OptionReader(json, "mode", "batchRows", "timeoutMs", "validate", "cache");
        Duration wished = Duration.ofMillis(options.integer("timeoutMs", timeout.toMillis()));
        return new ProcessingOptions(
                options.choice("mode", Mode.class, DEFAULT.mode),
                Math.toIntExact(Math.clamp(options.integer("batchRows", DEFAULT.batchRows), 0, Integer.MAX_VALUE)),
                wished.compareTo(timeout) < 0 ? wished : timeout,
                options.flag("validate", DEFAULT.validate),
                options.flag("cache", DEFAULT.cache));
    }
}
