package io.dataprism.gateway.live;

import io.dataprism.core.event.Gap;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.event.EventFeed;
import io.dataprism.event.EventSink;
import io.dataprism.event.FeedSubscription;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A subscription on a WebSocket: a cursor, its demand, and what to do when it fell out of the log. */
final class SocketSubscription implements SocketCall, EventSink {

    static final int CLOSE_TOO_SLOW = 4408;

    /** What a subscriber wants that is too slow for the log. */
    enum Policy {
        /** To be disconnected, and to come back with its cursor. */
        RESUME,
        /** A gap, then what is new. */
        LATEST,
        /** A gap, then what is left. */
        DROP;

        static Policy of(@Nullable String text) {
            return switch (text == null ? "resume" : text) {
                case "resume" -> RESUME;
                case "latest" -> LATEST;
                case "drop" -> DROP;
                default ->
                    throw Requests.invalid("overflow='" + text + "' is not known.", "Use resume, latest or drop.");
            };
        }
    }

    private final String id;
    private final String eventPrefix;
    private final SocketWriter writer;
    private final Policy policy;
    private final FeedSubscription subscription;
    private long demand;
    private long delivered;

    /** Subscribes; fails with {@code REQUEST_INVALID} for a malformed cursor. */
    SocketSubscription(
            EventFeed feed,
            SocketWriter writer,
            String id,
            List<TopicPattern> patterns,
            Start start,
            long demand,
            Policy policy) {
        this.id = id;
        this.eventPrefix = "{\"op\":\"event\",\"id\":" + Json.encode(id) + ",\"cursor\":\"";
        this.writer = writer;
        this.demand = demand;
        this.policy = policy;
        this.subscription = feed.subscribe(patterns, start, this);
    }

    /** Answers {@code subscribed}, and begins. */
    void begin() {
        writer.send(new JsonObject().put("op", "subscribed").put("id", id).put("cursor", subscription.cursor()));
        subscription.resume();
    }

    @Override
    public boolean isReady() {
        return delivered < demand && writer.isReady();
    }

    @Override
    public void onEvent(StoredEvent event) {
        delivered++;
        String json = new String(event.json(), StandardCharsets.UTF_8);
        writer.text(eventPrefix + event.cursor() + "\",\"event\":" + json + "}");
    }

    @Override
    public void onGap(Gap gap) {
        if (gap.reason() == Gap.Reason.SLOW && policy == Policy.RESUME) {
            closeTooSlow();
            return;
        }
        writer.send(new JsonObject()
                .put("op", "gap")
                .put("id", id)
                .put("from", gap.from())
                .put("to", gap.to())
                .put("reason", gap.reason().label()));
    }

    @Override
    public void onOverrun(String cursor) {
        if (policy == Policy.RESUME) {
            closeTooSlow();
        }
    }

    private void closeTooSlow() {
        subscription.close();
        writer.close(CLOSE_TOO_SLOW, "too slow: " + id);
    }

    @Override
    public Overflow overflow() {
        return policy == Policy.LATEST ? Overflow.NEWEST : Overflow.OLDEST_KEPT;
    }

    @Override
    public void demand(long total) {
        if (total > demand) {
            demand = total;
            subscription.resume();
        }
    }

    @Override
    public void room() {
        subscription.resume();
    }

    @Override
    public void cancel() {
        subscription.close();
    }

    @Override
    public boolean isSubscription() {
        return true;
    }
}
