package io.dataprism.gateway.live;

import io.dataprism.core.event.Gap;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.event.EventFeed;
import io.dataprism.event.FeedSubscription;
import io.dataprism.event.FrameForm;
import io.dataprism.event.FrameSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A subscription on a WebSocket: a cursor, its demand, and what to do when it fell out of the log. */
final class SocketSubscription implements SocketCall, FrameSink {

    static final int CLOSE_TOO_SLOW = 4408;

    /** What a subscriber wants that does not keep up. */
    enum Policy {
        /** To be disconnected, and to come back with its cursor. */
        RESUME,
        /** The newest event of each topic, with a gap for what is left out. */
        LATEST,
        /** A gap, then what is left. */
        DROP;

        static Policy of(@Nullable String text) {
            return text == null ? RESUME : valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    private final String id;
    private final SocketForm form;
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
        this.form = writer.form(id);
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
        ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(form.estimatedBytes(event));
        try {
            form.append(frame, event);
            writer.frames(frame);
        } finally {
            frame.release();
        }
    }

    @Override
    public FrameForm form() {
        return form;
    }

    @Override
    public int roomForEvents() {
        return isReady() ? (int) Math.min(Integer.MAX_VALUE, demand - delivered) : 0;
    }

    @Override
    public void onFrames(ByteBuf frames, int events) {
        delivered += events;
        writer.frames(frames);
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

    @Override
    public boolean isStalled() {
        return policy == Policy.RESUME && delivered < demand && subscription.lag() > 0;
    }

    @Override
    public void closeTooSlow() {
        subscription.close();
        writer.close(CLOSE_TOO_SLOW, "too slow: " + id);
    }

    @Override
    public Overflow overflow() {
        return policy == Policy.LATEST ? Overflow.NEWEST_OF_EACH_TOPIC : Overflow.OLDEST_KEPT;
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
