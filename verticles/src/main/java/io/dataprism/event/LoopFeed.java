package io.dataprism.event;

import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.StoredEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The tail of the log on one event loop: reads each event once for all who keep up here, has its frames made once for each group of
 * them, and hands those round. Who has no room leaves the tail and follows the log alone until it has caught up.
 *
 * <p>What it reads in one go is bounded in events and bytes, and the next is read when that has been handed to everybody; after so
 * many of them the loop does other things first. All methods but {@link #wake()} and {@link #lag()} on the loop.
 */
final class LoopFeed {

    private static final int PAGE_EVENTS = 256;
    private static final int PAGE_BYTES = 256 << 10;

    /** So many are served in one go; then whatever else the loop has to do has its turn. */
    private static final int TURN_MEMBERS = 128;

    private static final long OVERRUN_LOOK_NANOS = 200_000_000;

    private final EventFeed feed;
    private final EventLog log;
    private final EventLoop loop;
    private final GroupIndex index = new GroupIndex();
    private final AtomicBoolean wakeScheduled = new AtomicBoolean();
    private final PriorityQueue<FeedSubscription> ahead =
            new PriorityQueue<>(Comparator.comparingLong(FeedSubscription::position));
    private final Set<FeedSubscription> waiting = new LinkedHashSet<>();
    private final Deque<Round> rounds = new ArrayDeque<>();
    private @Nullable ByteBuf frames;
    private int nextMember;
    private int members;
    private volatile long tail;
    private boolean stepScheduled;
    private boolean overrunLookScheduled;
    private long lastOverrunLook = System.nanoTime();

    /** What one group has to get of what was read. */
    private record Round(FrameGroup group, FeedSubscription[] members, List<StoredEvent> events, long from) {}

    LoopFeed(EventFeed feed, EventLoop loop) {
        this.feed = feed;
        this.log = feed.log();
        this.loop = loop;
    }

    /** Something was appended. Any thread; many calls are one turn. */
    void wake() {
        if (!wakeScheduled.get() && wakeScheduled.compareAndSet(false, true)) {
            loop.execute(() -> {
                wakeScheduled.set(false);
                turn();
            });
        }
    }

    /** Somebody who has read all there is joins the tail. */
    void join(FeedSubscription member, FrameSink sink) {
        if (members == 0 && rounds.isEmpty()) {
            tail = member.position();
        }
        members++;
        if (member.position() == tail) {
            admit(member, sink);
        } else {
            ahead.add(member); // it has read what the tail has not
        }
        wake();
    }

    private void admit(FeedSubscription member, FrameSink sink) {
        FrameGroup group = index.join(FrameGroup.Key.of(member.patterns(), sink.form()), member.patterns());
        group.add(member);
        member.joined(group);
    }

    /** It leaves the tail: it was closed, or has no room. */
    void leave(FeedSubscription member, @Nullable FrameGroup group) {
        members--;
        if (group == null) {
            ahead.remove(member);
            return;
        }
        group.remove(member);
        if (group.isEmpty()) {
            index.remove(group);
        }
    }

    /** It has no room, and is told where the log is trimmed beyond it. */
    void waits(FeedSubscription member) {
        waiting.add(member);
    }

    void waitsNoMore(FeedSubscription member) {
        waiting.remove(member);
    }

    long tail() {
        return tail;
    }

    private void turn() {
        lookForOverruns();
        if (!stepScheduled) {
            step();
        }
    }

    /** Serves some members, and has itself called again while there is something left. */
    private void step() {
        int served = 0;
        while (served < TURN_MEMBERS) {
            Round round = rounds.peek();
            if (round == null) {
                if (!read()) {
                    return;
                }
                served++; // events that nobody here follows take their time too
                continue;
            }
            served += serve(round, TURN_MEMBERS - served);
        }
        stepScheduled = true;
        loop.execute(() -> {
            stepScheduled = false;
            step();
        });
    }

    private int serve(Round round, int most) {
        ByteBuf made = frames;
        if (made == null) {
            made = round.group().frames(ByteBufAllocator.DEFAULT, round.events());
            feed.countFrames(round.events().size());
            frames = made;
        }
        FeedSubscription[] all = round.members();
        int end = Math.min(all.length, nextMember + most);
        int served = end - nextMember;
        String cursor = round.events().getLast().cursor();
        for (; nextMember < end; nextMember++) {
            all[nextMember].takeFrames(made, round.events().size(), round.from(), cursor);
        }
        if (nextMember == all.length) {
            rounds.remove();
            frames = null;
            nextMember = 0;
            made.release();
        }
        return Math.max(1, served);
    }

    /** Reads on; whether there was something. */
    private boolean read() {
        admitThoseAt(tail);
        if (members == 0) {
            return false;
        }
        FeedSubscription next = ahead.peek();
        int most = next == null ? PAGE_EVENTS : (int) Math.min(PAGE_EVENTS, next.position() - tail);
        EventLog.Page page = log.read(tail, most);
        if (page.trimmed() != null) {
            everybodyAlone(page.position());
            return true;
        }
        List<StoredEvent> events = page.events();
        if (events.isEmpty()) {
            return false;
        }
        long from = tail;
        tail = distribute(events);
        return tail > from;
    }

    private void admitThoseAt(long position) {
        for (FeedSubscription next = ahead.peek(); next != null && next.position() <= position; next = ahead.peek()) {
            ahead.remove();
            admit(next, next.frameSink());
        }
    }

    /** Makes rounds of as many of the events as are taken at a time, and answers the position behind them. */
    private long distribute(List<StoredEvent> events) {
        long from = tail;
        long bytes = 0;
        long position = from;
        List<FrameGroup> concerned = new ArrayList<>();
        for (StoredEvent event : events) {
            bytes += event.json().length;
            if (bytes > PAGE_BYTES && position > from) {
                break;
            }
            for (FrameGroup group : index.of(event.topic())) {
                if (group.offer(event)) {
                    concerned.add(group);
                }
            }
            position = event.position() + 1;
        }
        for (FrameGroup group : concerned) {
            rounds.add(new Round(group, group.members(), group.takeTurn(), from));
        }
        return position;
    }

    /** The log was trimmed beyond the tail: each is told what it has lost, and comes back. */
    private void everybodyAlone(long oldest) {
        List<FeedSubscription> alone = new ArrayList<>();
        for (FrameGroup group : index.all()) {
            alone.addAll(List.of(group.members()));
        }
        for (FeedSubscription each : List.copyOf(ahead)) {
            if (each.position() < oldest) {
                alone.add(each);
            }
        }
        long from = tail;
        alone.forEach(each -> each.leaveTail(from));
        tail = oldest;
        alone.forEach(
                FeedSubscription::wake); // each in a turn of its own: what they read alone is encoded for them alone
    }

    /** At once or a little later, so that who waits is not looked at for every event, but hears of the last one too. */
    private void lookForOverruns() {
        if (waiting.isEmpty() || overrunLookScheduled) {
            return;
        }
        long untilNextNanos = lastOverrunLook + OVERRUN_LOOK_NANOS - System.nanoTime();
        if (untilNextNanos > 0) {
            overrunLookScheduled = true;
            loop.schedule(
                    () -> {
                        overrunLookScheduled = false;
                        lookForOverruns();
                    },
                    untilNextNanos,
                    TimeUnit.NANOSECONDS);
            return;
        }
        lastOverrunLook = System.nanoTime();
        for (FeedSubscription member : List.copyOf(waiting)) {
            member.lookForOverrun();
        }
    }
}
