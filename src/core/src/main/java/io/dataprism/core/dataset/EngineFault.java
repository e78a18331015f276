package io.dataprism.core.dataset;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a failure is a fault of DuckDB's own: most of these make it refuse everything that comes after (DuckDB 1.5.6). */
final class EngineFault {

    private static final int CAUSES_LIMIT = 8;
    private static final String FATAL = "FATAL Error";
    private static final String INTERNAL = "INTERNAL Error";
    private static final String AFTERWARDS = "database has been invalidated";

    private EngineFault() {}

    /** Whether the engine may have given up. */
    static boolean isPossible(Throwable failure) {
        return find(failure, Set.of(FATAL, INTERNAL)) != null;
    }

    /** Whether it has given up, with this failure or before it. */
    static boolean isCertain(Throwable failure) {
        return find(failure, Set.of(FATAL)) != null;
    }

    /** Whether an earlier statement is at fault, and this one only came after it. */
    static boolean isAfterwards(Throwable failure) {
        EngineMessage message = find(failure, Set.of(FATAL));
        return message != null && message.text().contains(AFTERWARDS);
    }

    /** By the kind alone, which stands first: words further in can be a statement's own. */
    private static @Nullable EngineMessage find(Throwable failure, Set<String> kinds) {
        @Nullable Throwable cause = failure;
        for (int i = 0; cause != null && i < CAUSES_LIMIT; i++) {
            EngineMessage message = EngineMessage.of(cause);
            if (kinds.contains(message.kind())) {
                return message;
            }
            cause = cause.getCause();
        }
        return null;
    }
}
