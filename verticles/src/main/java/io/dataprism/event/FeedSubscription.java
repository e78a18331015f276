package io.dataprism.event;

import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.SeenEvents;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.Topic;
import io.dataprism.core.event.TopicPattern;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A cursor that follows the log. Made by {@link EventFeed#subscribe}; nothing is delivered before {@link #resume()}. All
 * methods but {@link #wake()}, {@link #lag()} and {@link #patterns()} belong to the context that subscribed.
 *
 * <p>It reads the log by itself until it has caught up. One whose sink takes frames then joins the tail of its event loop
 * ({@link LoopFeed}), and is given what all others of its form are given, until it has no room. One that comes from another node, which
 * showed events in another order, follows alone until it has passed all that it had seen there.
 */
public final class FeedSubscription {

    private static final int PAGE_EVENTS = 64;
    /** After so many positions in one go, others on the event loop have their turn. */
    private static final int TURN_POSITIONS = 512;

    private final EventFeed feed;
    private final EventLog log;
    private final Context context;
    private final List<TopicPattern> patterns;
    private final EventSink sink;
    private final @Nullable LoopFeed loop;
    private final AtomicBoolean wakeScheduled = new AtomicBoolean();

    private volatile long position;
    private volatile boolean atTail;
    private @Nullable FrameGroup group;
    private String cursor;
    private @Nullable SeenEvents seen;
    private @Nullable Gap pendingGap;
    private @Nullable Newest newest;
    private @Nullable String skippedFrom;
    private boolean started;
    private boolean delivering;
    private boolean waitingForRoom;
    private volatile boolean closed;

    /** The newest event of each topic among those up to a position: what is read where only those are wanted. */
    private record Newest(long until, Map<String, Long> positions) {

        boolean isPassed(StoredEvent event) {
            return event.position() < until
                    && positions.getOrDefault(event.topic().name(), -1L) != event.position();
        }
    }

    /** @param loop where the sink takes frames; else null */
    FeedSubscription(
            EventFeed feed,
            Context context,
            @Nullable LoopFeed loop,
            List<TopicPattern> patterns,
            EventLog.Place place,
            EventSink sink) {
        this.feed = feed;
        this.log = feed.log();
        this.context = context;
        this.loop = loop;
        this.patterns = List.copyOf(patterns);
        this.sink = sink;
        this.position = place.position();
        this.cursor = place.cursor();
        this.pendingGap = place.gap();
        this.seen = place.seen();
    }

    /** Whether no tail wakes it now. */
    boolean isAlone() {
        return loop == null || seen != null;
    }

    /** What it follows. */
    public List<TopicPattern> patterns() {
        return patterns;
    }

    /** Behind what was delivered last; at first, where it began. Reading on from here loses nothing. */
    public String cursor() {
        return cursor;
    }

    /** How many events of the log, matching or not, lie ahead. Any thread. */
    public long lag() {
        LoopFeed tail = loop;
        return log.lag(atTail && tail != null ? Math.max(position, tail.tail()) : position);
    }

    /** Begins, or goes on after the sink had no room. */
    public void resume() {
        started = true;
        deliver();
    }

    /** Something was appended. Any thread; many calls are one delivery. Who follows the tail of a loop hears of it there. */
    void wake() {
        if (!closed && wakeScheduled.compareAndSet(false, true)) {
            context.runOnContext(woken -> {
                wakeScheduled.set(false);
                if (started) {
                    deliver();
                }
            });
        }
    }

    /** Ends it; the sink is not called any more. Idempotent. */
    public void close() {
        if (!closed) {
            closed = true;
            LoopFeed tail = loop;
            if (tail != null) {
                tail.waitsNoMore(this);
                if (atTail) {
                    atTail = false;
                    tail.leave(this, group);
                }
            }
            feed.remove(this);
        }
    }

    FrameSink frameSink() {
        return (FrameSink) sink;
    }

    long position() {
        return position;
    }

    /** From now on it gets the rounds of that group that begin behind its position. */
    void joined(FrameGroup joined) {
        group = joined;
    }

    /** The next events of its group, as frames; passed by where it has them already, or follows the log alone again. */
    void takeFrames(ByteBuf frames, int events, long from, String behind) {
        if (closed || !atTail || group == null || from < position) {
            return;
        }
        try {
            FrameSink framed = frameSink();
            if (framed.roomForEvents() >= events) {
                cursor = behind;
                framed.onFrames(frames, events);
                feed.countDelivered(events, frames.readableBytes());
            } else {
                leaveTail(from);
                deliver();
            }
        } catch (RuntimeException failure) {
            feed.handlerFailed("subscription to " + patterns, failure);
            close();
        }
    }

    /** It follows the log alone again, from a position that the tail has not gone beyond for it. */
    void leaveTail(long from) {
        if (!atTail) {
            return;
        }
        Objects.requireNonNull(loop).leave(this, group);
        if (group != null) {
            position = Math.max(position, from);
        }
        atTail = false;
        group = null;
    }

    /** It waits for room: has the log been trimmed beyond it meanwhile? */
    void lookForOverrun() {
        if (!closed && waitingForRoom && log.isTrimmed(position)) {
            sink.onOverrun(cursor);
        }
    }

    private void deliver() {
        if (delivering || closed || atTail) {
            return;
        }
        delivering = true;
        try {
            deliverTurn();
            sink.onTurnEnd();
        } catch (RuntimeException failure) {
            feed.handlerFailed("subscription to " + patterns, failure);
            close();
        } finally {
            delivering = false;
        }
    }

    private void deliverTurn() {
        if (waitingForRoom && !sink.isReady()) {
            lookForOverrun();
            return;
        }
        if (waitingForRoom) {
            goOn();
        }
        tellPendingGap();
        long turnEnd = position + TURN_POSITIONS;
        while (!closed && !waitingForRoom) {
            if (position >= turnEnd) {
                wake();
                return;
            }
            EventLog.Page page = log.read(position, PAGE_EVENTS);
            if (page.trimmed() != null) {
                skipWhatIsGone(page, page.trimmed());
            } else if (page.events().isEmpty()) {
                joinTail();
                return;
            } else {
                deliver(page.events());
            }
        }
    }

    private void joinTail() {
        if (loop != null && seen == null && sink instanceof FrameSink framed) {
            atTail = true;
            newest = null;
            loop.join(this, framed);
        }
    }

    /** There is room again. */
    private void goOn() {
        waitingForRoom = false;
        if (loop != null) {
            loop.waitsNoMore(this);
        }
        wantNewest();
    }

    /** Where only the newest of each topic is wanted: finds out which they are, of all that there is by now. */
    private void wantNewest() {
        boolean known = newest != null && position < newest.until();
        if (sink.overflow() == EventSink.Overflow.NEWEST_OF_EACH_TOPIC && !known) {
            newest = findNewest();
        }
    }

    private Newest findNewest() {
        Map<String, Long> positions = new HashMap<>();
        long until = position;
        for (EventLog.Page page = log.read(until, TURN_POSITIONS);
                page.trimmed() == null && !page.events().isEmpty();
                page = log.read(until, TURN_POSITIONS)) {
            for (StoredEvent event : page.events()) {
                if (matches(event.topic()) && (seen == null || !seen.has(event))) {
                    positions.put(event.topic().name(), event.position());
                }
            }
            until = page.events().getLast().position() + 1;
        }
        return new Newest(until, positions);
    }

    private void waitForRoom() {
        waitingForRoom = true;
        if (loop != null) {
            loop.waits(this);
        }
    }

    /** Events that nobody asked for need no room, so they are passed by even when there is none. */
    private void deliver(List<StoredEvent> events) {
        for (StoredEvent event : events) {
            if (hasSeen(event) || !matches(event.topic())) {
                passBy(event);
            } else if (newest != null && newest.isPassed(event)) {
                skip(event);
            } else if (sink.isReady()) {
                tellSkipped();
                passBy(event);
                sink.onEvent(event);
                feed.countDelivered(1, event.json().length);
            } else {
                waitForRoom();
                return;
            }
            if (closed) {
                return;
            }
        }
    }

    private boolean hasSeen(StoredEvent event) {
        SeenEvents elsewhere = seen;
        if (elsewhere == null || elsewhere.has(event)) {
            return elsewhere != null;
        }
        Gap.Reason loss = elsewhere.takeLoss();
        if (loss != null) {
            pendingGap = new Gap(
                    skippedFrom == null ? cursor : skippedFrom, elsewhere.cursor(event.cursor(), position), loss);
            skippedFrom = null;
            tellPendingGap();
        }
        return false;
    }

    private void skip(StoredEvent event) {
        skippedFrom = skippedFrom == null ? cursor : skippedFrom;
        feed.countDropped(1);
        passBy(event);
    }

    private void tellSkipped() {
        if (skippedFrom != null) {
            pendingGap = new Gap(skippedFrom, cursor, Gap.Reason.SLOW);
            skippedFrom = null;
            tellPendingGap();
        }
    }

    private void passBy(StoredEvent event) {
        position = event.position() + 1;
        cursor = own(event.cursor());
    }

    /** Its own cursor at its position, where the log's is that. */
    private String own(String shared) {
        SeenEvents elsewhere = seen;
        if (elsewhere == null) {
            return shared;
        }
        if (elsewhere.isPast(position)) {
            seen = null;
            feed.joinsOthers(this);
            return shared;
        }
        return elsewhere.cursor(shared, position);
    }

    private void skipWhatIsGone(EventLog.Page page, String to) {
        Gap.Reason reason = Objects.requireNonNull(page.reason());
        if (!sink.isReady()) {
            waitForRoom();
            if (reason == Gap.Reason.SLOW) {
                sink.onOverrun(cursor);
            }
            return;
        }
        feed.countDropped(page.position() - position);
        position = page.position();
        pendingGap = new Gap(skippedFrom == null ? cursor : skippedFrom, own(to), reason);
        skippedFrom = null;
        tellPendingGap();
        wantNewest();
    }

    private void tellPendingGap() {
        Gap gap = pendingGap;
        if (gap != null) {
            pendingGap = null;
            cursor = gap.to();
            feed.countGap(gap.reason());
            sink.onGap(gap);
        }
    }

    private boolean matches(Topic topic) {
        for (TopicPattern pattern : patterns) {
            if (pattern.matches(topic)) {
                return true;
            }
        }
        return false;
    }
}
