package io.dataprism.cluster.event;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.ringbuffer.OverflowPolicy;
import com.hazelcast.ringbuffer.Ringbuffer;
import io.dataprism.cluster.member.SeenMembers;
import io.dataprism.core.event.EventDraft;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.StoredEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Adds this node's events to a shard's ring: what came meanwhile as one group, one group at a time. A group whose outcome is unknown, since
 * a node died in the middle, is added again with the numbers that it had, until the ring is known to have it: whoever reads it twice shows
 * it once. An event is done with when the ring has it, backups included, and it has been read back. On the ring thread, but {@link #offer}.
 */
final class ShardAppender {

    private static final int GROUP_BYTES = 1 << 20;
    private static final int AHEAD_SHARE = 4;
    private static final Duration RETRY_FIRST = Duration.ofMillis(20);
    private static final Duration RETRY_MOST = Duration.ofMillis(500);

    private final RingSite site;
    private final Ringbuffer<byte[]> ring;
    private final ItemCodec codec;
    private final AppendQueue queue;
    private final AtomicBoolean pumpScheduled = new AtomicBoolean();

    // the ring thread's own
    private final Deque<Pending> sent = new ArrayDeque<>();
    private @Nullable ShardTail tail;
    private @Nullable Group sending;
    private boolean beginning;
    private boolean pausing;
    private Duration retryPause = RETRY_FIRST;
    private @Nullable Throwable lastFailure;
    private long nextNumber;
    private long acknowledgedTo;

    private record Group(String epoch, long merges, SeenMembers nodes, List<Pending> members) {}

    ShardAppender(RingSite site, Ringbuffer<byte[]> ring, ItemCodec codec, AppendQueue queue) {
        this.site = site;
        this.ring = ring;
        this.codec = codec;
        this.queue = queue;
    }

    /** Whose ring it adds to; before anything else. */
    void readBackBy(ShardTail reader) {
        tail = reader;
    }

    private ShardTail tail() {
        ShardTail reader = tail;
        if (reader == null) {
            throw new IllegalStateException("Nobody reads back what is added.");
        }
        return reader;
    }

    /** Any thread. */
    CompletableFuture<@Nullable StoredEvent> offer(@Nullable EventDraft draft) {
        CompletableFuture<@Nullable StoredEvent> done = queue.offer(draft);
        if (!done.isDone() && pumpScheduled.compareAndSet(false, true)) {
            site.thread().execute(() -> {
                pumpScheduled.set(false);
                pump();
            });
        }
        return done;
    }

    int pendings() {
        return queue.pendings();
    }

    /** The ring has no life that is known: begins one, unless another node is quicker. */
    void begin(String epoch) {
        if (beginning || !site.hasMajority().getAsBoolean()) {
            return;
        }
        beginning = true;
        List<byte[]> slots = ItemParts.split(
                codec.encode(new RingItem.Begin(epoch, site.writer())),
                site.settings().slotBytes());
        add(slots)
                .whenCompleteAsync(
                        (last, failure) -> {
                            beginning =
                                    false; // whether it is the first is seen when it is read, and a look tries again
                        },
                        site.thread());
    }

    /** Sends what is to be sent, where nothing is on its way. */
    void pump() {
        String epoch = tail().epoch();
        if (sending != null || pausing || epoch == null || isFarAhead()) {
            return;
        }
        if (!site.hasMajority().getAsBoolean()) {
            refuseWaiting();
            return;
        }
        Duration doubt = site.watch().doubt();
        if (!doubt.isZero()) {
            pause(doubt.compareTo(RETRY_MOST) < 0 ? doubt : RETRY_MOST); // it would not count
            return;
        }
        List<byte[]> slots = new ArrayList<>();
        List<Pending> members = gather(epoch, slots);
        if (!members.isEmpty()) {
            Group group = new Group(epoch, site.merges().get(), site.watch().now(), members);
            sending = group;
            add(slots).whenCompleteAsync((last, failure) -> added(group, last, failure), site.thread());
        }
    }

    /** This node would overwrite what it has yet to read. */
    private boolean isFarAhead() {
        return acknowledgedTo - tail().next() > site.settings().slots() / AHEAD_SHARE;
    }

    private CompletableFuture<Long> add(List<byte[]> slots) {
        try {
            return ring.addAllAsync(slots, OverflowPolicy.OVERWRITE).toCompletableFuture();
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** What must be sent again first, then what is new: numbers rise. */
    private List<Pending> gather(String epoch, List<byte[]> slots) {
        Room room = new Room();
        List<Pending> members = new ArrayList<>();
        sent.removeIf(each -> each.done().isDone());
        for (Pending again : sent) {
            if (again.mustBeSent() && room.takes(again)) {
                members.add(again);
            }
        }
        boolean all = sent.stream().filter(Pending::mustBeSent).count() == members.size();
        for (Pending next = all ? queue.takeIf(room::takes) : null; next != null; next = queue.takeIf(room::takes)) {
            next.numbered(nextNumber++);
            sent.addLast(next);
            members.add(next);
        }
        for (Pending member : members) {
            member.sent();
            slots.addAll(ItemParts.split(
                    codec.encode(member.item(epoch, site.writer())),
                    site.settings().slotBytes()));
        }
        return members;
    }

    /** What fits in one group, as far as that can be told before it is encoded; once something does not, nothing does. */
    private final class Room {

        private long slots = RingSettings.SLOTS_AT_ONCE;
        private long bytes = GROUP_BYTES;
        private boolean used;

        boolean takes(Pending pending) {
            long needed = pending.weightBytes() / (site.settings().slotBytes() / 2) + 1;
            if (used && (needed > slots || pending.weightBytes() > bytes)) {
                slots = 0;
                return false;
            }
            used = true;
            slots -= needed;
            bytes -= pending.weightBytes();
            return true;
        }
    }

    private void added(Group group, @Nullable Long last, @Nullable Throwable failure) {
        sending = null;
        // a ring that this node came to own when it lost sight of the others has taken it, and gives way to theirs
        boolean holds = site.hasMajority().getAsBoolean()
                && group.merges() == site.merges().get()
                && group.nodes().haveStayed()
                && group.epoch().equals(tail().epoch());
        if (failure == null && last != null && holds) {
            site.counts().groups.increment();
            retryPause = RETRY_FIRST;
            acknowledgedTo = Math.max(acknowledgedTo, last + 1);
            group.members().forEach(Pending::acknowledge);
        } else {
            site.counts().retried.increment();
            group.members().forEach(Pending::sendAgain);
            if (failure != null) {
                pauseAfter(failure);
            }
        }
        tail().settle();
        pump();
    }

    private void pauseAfter(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        lastFailure = cause;
        if (cause instanceof HazelcastInstanceNotActiveException) {
            queue.close();
            failAll(each -> NotPublished.inTime(each.what(), each.number() >= 0, cause));
            return;
        }
        pause(retryPause);
        Duration longer = retryPause.multipliedBy(2);
        retryPause = longer.compareTo(RETRY_MOST) > 0 ? RETRY_MOST : longer;
    }

    private void pause(Duration pause) {
        pausing = true;
        site.thread().after(pause, () -> {
            pausing = false;
            pump();
        });
    }

    private void failAll(Function<Pending, Throwable> why) {
        for (Pending each : queue.takeAll(any -> true)) {
            each.fail(why.apply(each));
        }
        sent.forEach(each -> each.fail(why.apply(each)));
        sent.clear();
    }

    private void refuseWaiting() {
        for (Pending each : queue.takeAll(any -> true)) {
            site.counts().noMajority.increment();
            each.fail(NotPublished.noMajority(each.what()));
        }
    }

    /** What has waited too long is given up; it may be in the ring all the same. */
    void giveUpLate(long nowNanos) {
        Predicate<Pending> late = each -> each.isLate(nowNanos);
        for (Pending each : queue.takeAll(late)) {
            each.fail(NotPublished.inTime(each.what(), false, lastFailure));
        }
        for (Pending each : sent) {
            if (late.test(each) && !each.done().isDone()) {
                site.counts().unknown.increment();
                each.fail(NotPublished.inTime(each.what(), true, lastFailure));
            }
        }
        pump();
    }

    /** Readers of this node see one of those that were sent. */
    void shown(long number, @Nullable StoredEvent event) {
        for (Iterator<Pending> each = sent.iterator(); each.hasNext(); ) {
            Pending pending = each.next();
            if (pending.number() == number) {
                if (pending.show(event)) {
                    each.remove();
                }
                return;
            }
        }
    }

    /**
     * What the ring had is not read back any more: it began anew, and what was in it is to be again; or it was too far ahead, and others
     * have read what this node has not.
     */
    void lost(Gap.Reason reason) {
        acknowledgedTo = 0;
        for (Pending each : sent) {
            if (each.isAcknowledgedUnseen() && reason == Gap.Reason.EPOCH) {
                each.sendAgain();
            } else if (each.isAcknowledgedUnseen()) {
                site.counts().unknown.increment();
                each.fail(NotPublished.inTime(each.what(), true, null));
            }
        }
    }

    boolean isSending() {
        return sending != null;
    }

    /** All below that sequence is known to have its backups. */
    long acknowledgedTo() {
        return acknowledgedTo;
    }

    /** Takes no more, refuses what was not sent, and answers when all that was is done with. */
    CompletableFuture<Void> drain() {
        queue.close();
        for (Pending each : queue.takeAll(any -> true)) {
            each.fail(NotPublished.draining(each.what()));
        }
        return CompletableFuture.allOf(sent.stream().map(Pending::done).toArray(CompletableFuture[]::new))
                .exceptionally(failed -> null);
    }

    /** Nobody waits for an answer any more. */
    void end() {
        failAll(each -> NotPublished.inTime(each.what(), true, lastFailure));
    }
}
