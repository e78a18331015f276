package io.dataprism.service;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The tokens that each plugin has used within the last hour. What a call may use at most is reserved before it is made, and
 * corrected by what it did use: many calls at once do not use more than one after the other. One thread. Bounds: an entry for
 * each call of the last hour, 10,000 a plugin.
 */
final class TokenQuota {

    private static final long WINDOW_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int ENTRIES_LIMIT = 10_000;

    /** What a call counts for; settled once. */
    static final class Use {

        private final long atNanos;
        private long tokens;

        private Use(long atNanos, long tokens) {
            this.atNanos = atNanos;
            this.tokens = tokens;
        }
    }

    private final long limit;
    private final LongSupplier nanoTime;
    private final Map<String, Deque<Use>> uses = new HashMap<>();

    /** @param limit tokens an hour, for each plugin */
    TokenQuota(long limit, LongSupplier nanoTime) {
        this.limit = limit;
        this.nanoTime = nanoTime;
    }

    /** Sets tokens aside; {@code QUOTA_EXCEEDED} where there are not so many left. */
    Use reserve(String plugin, long tokens) {
        long now = nanoTime.getAsLong();
        Deque<Use> recent = uses.computeIfAbsent(plugin, name -> new ArrayDeque<>());
        while (!recent.isEmpty() && now - recent.getFirst().atNanos >= WINDOW_NANOS) {
            recent.removeFirst();
        }
        long used = used(recent);
        if (used + tokens > limit || recent.size() >= ENTRIES_LIMIT) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "Plugin " + plugin + " has used " + used + " tokens of language models within the last hour, in "
                            + recent.size() + " calls; " + tokens + " more would be beyond the " + limit
                            + " that it may use.",
                    "Ask for a shorter answer, or later; an operator sets `llm.tokensPerHour`.");
        }
        Use use = new Use(now, tokens);
        recent.addLast(use);
        return use;
    }

    /** Puts what was used in the place of what was reserved. */
    void settle(Use use, long tokens) {
        use.tokens = tokens;
    }

    private static long used(Deque<Use> recent) {
        return recent.stream().mapToLong(use -> use.tokens).sum();
    }
}
