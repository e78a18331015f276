package io.dataprism.event;

import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.Topic;
import io.dataprism.core.event.TopicPattern;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of this node and those who follow it here. Host code only: permissions are checked by who calls
 * ({@link io.dataprism.event.EventFeedVerticle} for publishing, the gateway and the plugin host for subscribing). Any thread.
 */
public final class EventFeed {

    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
    private static final Topic HANDLER_FAILURES = Topic.parse("eventbus:error");

    /** Core events that plugins get under names of their own. */
    private static final Map<String, Topic> FORWARDED = Map.of(
            "core:query:complete", Topic.parse("plugin:data:available"),
            "core:error", Topic.parse("plugin:core:error"),
            "core:status:change", Topic.parse("plugin:core:status"));

    private final Vertx vertx;
    private final EventLog log;
    private final String nodeUri;
    private final Set<FeedSubscription> subscriptions = ConcurrentHashMap.newKeySet();
    private final Set<FeedSubscription> wokenAlone = ConcurrentHashMap.newKeySet();
    private final Map<EventLoop, LoopFeed> loops = new ConcurrentHashMap<>();
    private final AtomicLong dropped = new AtomicLong();
    private final LongAdder framed = new LongAdder();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder deliveredBytes = new LongAdder();
    private final AtomicLongArray gaps = new AtomicLongArray(Gap.Reason.values().length);

    /** {@code nodeId}: the source of the events that the feed itself appends. */
    public EventFeed(Vertx vertx, EventLog log, String nodeId) {
        this.vertx = vertx;
        this.log = log;
        this.nodeUri = "/nodes/" + nodeId;
        log.onAppended(this::wake);
    }

    /** The events. */
    public EventLog log() {
        return log;
    }

    /**
     * Appends an event, and forwards it where it is a core event that plugins know by another name; subscribers wake. Fails at
     * once with {@code PAYLOAD_TOO_LARGE}.
     *
     * @param source the publisher's URI
     * @param data a JSON value as Vert.x has them
     * @return the event, once it is appended: now already where the log is in memory, else on the caller's context
     */
    public Future<StoredEvent> append(Topic topic, String source, @Nullable Object data) {
        Future<StoredEvent> appended = publish(topic, source, data);
        Topic forwarded = FORWARDED.get(topic.name());
        if (forwarded != null) {
            publish(forwarded, source, forwarded(topic, data));
        }
        return appended;
    }

    private Future<StoredEvent> publish(Topic topic, String source, @Nullable Object data) {
        CompletableFuture<StoredEvent> published =
                log.publish(topic, source, Json.encode(data).getBytes(StandardCharsets.UTF_8));
        if (published.state() == java.util.concurrent.Future.State.SUCCESS) {
            return Future.succeededFuture(published.resultNow());
        }
        Context context = Vertx.currentContext();
        return (context == null
                        ? Future.fromCompletionStage(published)
                        : Future.fromCompletionStage(published, context))
                .onFailure(failure -> LOG.debug("An event for {} was not appended", topic, failure));
    }

    /** Something is in the log that was not: whoever follows it goes on. Any thread. */
    private void wake() {
        loops.values().forEach(LoopFeed::wake);
        wokenAlone.forEach(FeedSubscription::wake);
    }

    private static JsonObject forwarded(Topic from, @Nullable Object data) {
        JsonObject copy = data instanceof JsonObject object ? object.copy() : new JsonObject().put("data", data);
        return copy.put("forwardedFrom", from.name());
    }

    /**
     * Follows topics, on the current context (a new one where there is none). Nothing is delivered before
     * {@link FeedSubscription#resume()}. Fails with {@code REQUEST_INVALID} for a malformed cursor.
     *
     * @param patterns at least one
     */
    public FeedSubscription subscribe(List<TopicPattern> patterns, Start start, EventSink sink) {
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        LoopFeed loop = sink instanceof FrameSink
                ? loops.computeIfAbsent(context.nettyEventLoop(), fresh -> new LoopFeed(this, fresh))
                : null;
        FeedSubscription subscription = new FeedSubscription(this, context, loop, patterns, log.place(start), sink);
        subscriptions.add(subscription);
        if (subscription.isAlone()) {
            wokenAlone.add(subscription);
        }
        return subscription;
    }

    /**
     * A subscriber's or a handler's code failed: appends {@code eventbus:error}.
     *
     * @param where what was being done, for people
     */
    public void handlerFailed(String where, Throwable failure) {
        LOG.error("An event handler failed: {}", where, failure);
        append(HANDLER_FAILURES, nodeUri, new JsonObject().put("where", where).put("error", String.valueOf(failure)));
    }

    /** As in {@code GET /v1/events/stats}. */
    public JsonObject stats() {
        Map<String, JsonObject> byPattern = new TreeMap<>();
        long lagMax = 0;
        for (FeedSubscription subscription : subscriptions) {
            long lag = subscription.lag();
            lagMax = Math.max(lagMax, lag);
            for (TopicPattern pattern : subscription.patterns()) {
                JsonObject entry = byPattern.computeIfAbsent(
                        pattern.text(),
                        text -> new JsonObject()
                                .put("pattern", text)
                                .put("subscriptions", 0)
                                .put("lag", 0L));
                entry.put("subscriptions", entry.getInteger("subscriptions") + 1)
                        .put("lag", Math.max(entry.getLong("lag"), lag));
            }
        }
        JsonObject gapsByReason = new JsonObject();
        for (Gap.Reason reason : Gap.Reason.values()) {
            gapsByReason.put(reason.label(), gaps.get(reason.ordinal()));
        }
        return new JsonObject()
                .put("subscriptions", new JsonArray(List.copyOf(byPattern.values())))
                .put("lag", lagMax)
                .put("drops", dropped.get())
                .put("gaps", gapsByReason)
                .put("delivered", delivered.sum())
                .put("deliveredBytes", deliveredBytes.sum())
                .put("encoded", encoded())
                .put("framed", framed.sum())
                .put("events", log.size())
                .put("bytes", log.weightBytes())
                .put("epoch", log.epoch())
                .put("durable", log.isDurable());
    }

    /** The number of subscriptions that are open on this node. */
    public int subscriptionCount() {
        return subscriptions.size();
    }

    void remove(FeedSubscription subscription) {
        subscriptions.remove(subscription);
        wokenAlone.remove(subscription);
    }

    /** It has passed what it had seen elsewhere: from now on the tail of its loop wakes it, where it has one. */
    void joinsOthers(FeedSubscription subscription) {
        if (!subscription.isAlone()) {
            wokenAlone.remove(subscription);
        }
    }

    void countFrames(int events) {
        framed.add(events);
    }

    void countDelivered(int events, long bytes) {
        delivered.add(events);
        deliveredBytes.add(bytes);
    }

    /** How many events were encoded in this life of the log: each is encoded once. */
    public long encoded() {
        return log.head().position();
    }

    /** How far the slowest subscription lies behind the newest event. */
    public long lag() {
        return subscriptions.stream().mapToLong(FeedSubscription::lag).max().orElse(0);
    }

    /** How many events subscribers lost because they were slow. */
    public long dropped() {
        return dropped.get();
    }

    /** How many gaps subscribers were told of. */
    public long gaps(Gap.Reason reason) {
        return gaps.get(reason.ordinal());
    }

    /** How many events were delivered to subscribers. */
    public long delivered() {
        return delivered.sum();
    }

    /** How many bytes those were, about. */
    public long deliveredBytes() {
        return deliveredBytes.sum();
    }

    /** How many frames were made for them: one is shared by all who have the same form. */
    public long framed() {
        return framed.sum();
    }

    void countDropped(long events) {
        dropped.addAndGet(events);
    }

    void countGap(Gap.Reason reason) {
        gaps.incrementAndGet(reason.ordinal());
    }
}
