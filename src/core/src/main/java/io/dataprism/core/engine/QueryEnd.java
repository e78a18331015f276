package io.dataprism.core.engine;

import io.dataprism.core.error.DataPrismException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a query ended.
 *
 * @param failure set where it failed, and only there
 */
public record QueryEnd(
        String id,
        long rows,
        long bytes,
        Duration duration,
        State state,
        @Nullable DataPrismException failure) {

    /** The three ways. */
    public enum State {
        COMPLETED,
        CANCELLED,
        FAILED
    }
}
