package io.dataprism.plugins.errors;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When a call is made again by itself.
 *
 * @param maxAttempts 0: never
 * @param firstDelay before the first; each next waits twice as long, an hour at most
 * @param codes errors that are worth it, beside those that say so themselves
 */
record RetryPolicy(int maxAttempts, Duration firstDelay, Set<String> codes) {

    private static final Duration LONGEST_DELAY = Duration.ofHours(1);
    private static final Set<String> USUAL_CODES =
            Set.of("OVERLOADED", "PLUGIN_NOT_ACTIVE", "PLUGIN_CRASHED", "PLUGIN_TIMEOUT", "QUERY_TIMEOUT");

    /** From the configuration, which the host has checked against the manifest's schema. */
    static RetryPolicy of(Map<String, @Nullable Object> configuration) {
        return new RetryPolicy(
                number(configuration.get("maxAttempts"), 3),
                Duration.ofMillis(number(configuration.get("firstDelayMillis"), 1_000)),
                configuration.get("retryCodes") instanceof List<?> list
                        ? list.stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet())
                        : USUAL_CODES);
    }

    private static int number(@Nullable Object value, int otherwise) {
        return value instanceof Number number ? number.intValue() : otherwise;
    }

    /** Why the call is not made again by itself; empty where it is. */
    Optional<String> refusal(ErrorReport report, FailedCall call) {
        boolean publisherMayCall = report.source().equals("/plugins/" + call.plugin())
                || report.source().startsWith("/nodes/");
        if (!publisherMayCall) {
            return Optional.of("'" + report.source() + "' published a call of '" + call.plugin()
                    + "', and only a plugin's own calls, and the node's, are made again without being asked to");
        }
        if (maxAttempts == 0) {
            return Optional.of("the configuration has 'maxAttempts' 0");
        }
        return report.retryable() || codes.contains(report.code())
                ? Optional.empty()
                : Optional.of("the code '" + report.code() + "' is none of "
                        + codes.stream().sorted().toList() + ", and the event does not say retryable: true");
    }

    /**
     * How long to wait before an attempt.
     *
     * @param attempt from 1
     */
    Duration delay(int attempt) {
        Duration delay = firstDelay.multipliedBy(1L << Math.min(30, attempt - 1));
        return delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
    }
}
