package io.dataprism.event;

import io.dataprism.bus.CallerContext;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.quota.TokenBucket;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishing at a limited rate for each principal that speaks, in front of {@link EventService}: beyond it the event is refused
 * with {@code QUOTA_EXCEEDED}, and nothing waits. For users; what plugins ask of the host has a rate of its own. Call on a
 * context that speaks for somebody. Any thread.
 *
 * <p>There are at most 10,000 buckets. Full ones are forgotten first, for they are as good as new ones, and then the one that has
 * not been used for the longest time.
 */
public final class PublishRates implements EventService {

    static final int BUCKETS_MOST = 10_000;

    private final EventService events;
    private final int perSecond;
    private final int burst;
    private final LongSupplier nanoTime;
    private final Map<String, TokenBucket> buckets = new LinkedHashMap<>(16, 0.75f, true); // the least used first
    private long refused;

    /**
     * @param perSecond what one may publish over some time
     * @param burst what one may publish at once
     */
    public PublishRates(EventService events, int perSecond, int burst) {
        this(events, perSecond, burst, System::nanoTime);
    }

    PublishRates(EventService events, int perSecond, int burst, LongSupplier nanoTime) {
        this.events = events;
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanoTime = nanoTime;
    }

    @Override
    public Future<String> publish(String topic, @Nullable Object data) {
        Caller caller = CallerContext.acting();
        String who = caller == null ? "the node" : caller.principal().uri();
        if (take(who)) {
            return events.publish(topic, data);
        }
        return Future.failedFuture(
                new DataPrismException(
                        ErrorCode.QUOTA_EXCEEDED,
                        "The event for '" + topic + "' is not published: " + who + " may publish " + perSecond
                                + " events in a second, and " + burst + " at once.",
                        "Publish again after a second, with less at once; 'limits.publishesPerSecond' of the configuration sets the rate."));
    }

    private synchronized boolean take(String who) {
        long now = nanoTime.getAsLong();
        TokenBucket bucket = buckets.get(who);
        if (bucket == null) {
            makeRoom(now);
            bucket = new TokenBucket(perSecond, burst, now);
            buckets.put(who, bucket);
        }
        boolean passes = bucket.takeOne(now);
        refused += passes ? 0 : 1;
        return passes;
    }

    private void makeRoom(long now) {
        if (buckets.size() >= BUCKETS_MOST) {
            buckets.values().removeIf(bucket -> bucket.isFull(now));
        }
        if (buckets.size() >= BUCKETS_MOST) {
            buckets.remove(buckets.keySet().iterator().next());
        }
    }

    /** How many events were refused since the start. */
    public synchronized long refused() {
        return refused;
    }

    synchronized int bucketCount() {
        return buckets.size();
    }
}
