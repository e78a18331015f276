package io.dataprism.event;

import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.Topic;
import io.dataprism.core.event.TopicPattern;
import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A cursor that follows the log. Made by {@link EventFeed#subscribe}; nothing is delivered before {@link #resume()}. All
 * methods but {@link #wake()}, {@link #lag()} and {@link #patterns()} belong to the context that subscribed.
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
    private final AtomicBoolean wakeScheduled = new AtomicBoolean();

    private volatile long position;
    private String cursor;
    private @Nullable Gap pendingGap;
    private boolean started;
    private boolean delivering;
    private boolean waitingForRoom;
    private volatile boolean closed;

    FeedSubscription(
            EventFeed feed, Context context, List<TopicPattern> patterns, EventLog.Place place, EventSink sink) {
        this.feed = feed;
        this.log = feed.log();
        this.context = context;
        this.patterns = List.copyOf(patterns);
        this.sink = sink;
        this.position = place.position();
        this.cursor = place.cursor();
        this.pendingGap = place.gap();
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
        return log.lag(position);
    }

    /** Begins, or goes on after the sink had no room. */
    public void resume() {
        started = true;
        deliver();
    }

    /** Something was appended. Any thread; many calls are one delivery. */
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
            feed.remove(this);
        }
    }

    private void deliver() {
        if (delivering || closed) {
            return;
        }
        delivering = true;
        try {
            deliverTurn();
        } catch (RuntimeException failure) {
            feed.handlerFailed("subscription to " + patterns, failure);
            close();
        } finally {
            delivering = false;
        }
    }

    private void deliverTurn() {
        if (waitingForRoom && !sink.isReady()) {
            if (log.isTrimmed(position)) {
                sink.onOverrun(cursor);
            }
            return;
        }
        waitingForRoom = false;
        tellPendingGap();
        long turnEnd = position + TURN_POSITIONS;
        while (!closed && !waitingForRoom) {
            if (position >= turnEnd) {
                wake();
                return;
            }
            EventLog.Page page = log.read(position, PAGE_EVENTS);
            if (page.trimmed() != null) {
                skipWhatIsTrimmed(page.position(), page.trimmed());
            } else if (page.events().isEmpty()) {
                return;
            } else {
                deliver(page.events());
            }
        }
    }

    /** Events that nobody asked for need no room, so they are passed by even when there is none. */
    private void deliver(List<StoredEvent> events) {
        for (StoredEvent event : events) {
            if (matches(event.topic())) {
                if (!sink.isReady()) {
                    waitingForRoom = true;
                    return;
                }
                passBy(event);
                sink.onEvent(event);
            } else {
                passBy(event);
            }
            if (closed) {
                return;
            }
        }
    }

    private void passBy(StoredEvent event) {
        position = event.position() + 1;
        cursor = event.cursor();
    }

    private void skipWhatIsTrimmed(long oldest, String oldestCursor) {
        if (!sink.isReady()) {
            waitingForRoom = true;
            sink.onOverrun(cursor);
            return;
        }
        EventLog.Place place = sink.overflow() == EventSink.Overflow.NEWEST
                ? log.head()
                : new EventLog.Place(oldest, oldestCursor, null);
        feed.countDropped(place.position() - position);
        position = place.position();
        pendingGap = new Gap(cursor, place.cursor(), Gap.Reason.SLOW);
        tellPendingGap();
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
