package io.dataprism.core.event;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.journal.Journal;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes events to the disk: it takes what came meanwhile as one group, numbers it, writes and forces it, and only
 * then shows it to readers and acknowledges it. A group that cannot be written is refused and leaves no trace: its numbers are
 * given to the next. Any thread asks; nothing but {@link #close()} waits.
 */
final class DurableEvents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DurableEvents.class);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final LocalEventLog log;
    private final EventStamper stamper;
    private final Journal journal;
    private final SegmentBounds bounds;
    private final InstantSource clock;
    private final EventOrderQueue queue = new EventOrderQueue();
    private final AtomicLong refused = new AtomicLong();
    private final Thread thread;

    // the thread's own
    private long segmentBeganMillis;
    private boolean failing;
    private boolean keepingOldSegments;

    private volatile long diskBytes;

    /** When a new segment is begun. */
    record SegmentBounds(long bytes, long millis) {

        private static final long BYTES_LEAST = 256L << 10;
        private static final long BYTES_MOST = 16L << 20;
        private static final int SEGMENTS = 8;

        /** So that about an eighth of what is kept is on the disk beyond the limits. */
        static SegmentBounds of(EventLog.Limits limits) {
            return new SegmentBounds(
                    Math.clamp(limits.bytes() / SEGMENTS, BYTES_LEAST, BYTES_MOST),
                    Math.max(1, limits.age().toMillis() / SEGMENTS));
        }
    }

    DurableEvents(LocalEventLog log, EventStamper stamper, Journal journal, SegmentBounds bounds, InstantSource clock) {
        this.log = log;
        this.stamper = stamper;
        this.journal = journal;
        this.bounds = bounds;
        this.clock = clock;
        this.segmentBeganMillis = clock.millis();
        this.diskBytes = journal.sizeBytes();
        this.thread = Thread.ofPlatform().name("event-log-writer").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    CompletableFuture<StoredEvent> append(EventDraft draft) {
        CompletableFuture<StoredEvent> done = new CompletableFuture<>();
        if (!queue.offer(new EventOrder.Append(draft, done))) {
            refused.incrementAndGet();
            done.completeExceptionally(notTaken("The event for '" + draft.topic() + "' was not taken"));
        }
        return done;
    }

    CompletableFuture<Void> clear() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (!queue.offer(new EventOrder.Clear(done))) {
            done.completeExceptionally(notTaken("The history of events was not deleted"));
        }
        return done;
    }

    /** Where the queue is full the next group does it. */
    void expire() {
        queue.offer(new EventOrder.Expire());
    }

    int waiting() {
        return queue.size();
    }

    long refused() {
        return refused.get();
    }

    long diskBytes() {
        return diskBytes;
    }

    private DataPrismException notTaken(String what) {
        return queue.isClosed()
                ? new DataPrismException(
                        ErrorCode.DRAINING, what + ": this node is going away.", "Publish at another node, or later.")
                : new DataPrismException(
                        ErrorCode.OVERLOADED,
                        what + ": " + EventOrderQueue.ORDERS_LIMIT + " events or " + (EventOrderQueue.BYTES_LIMIT >> 20)
                                + " MiB wait for the disk already.",
                        "Wait and publish again; where it stays so, publish less or give the data folder a faster disk.");
    }

    private void run() {
        try {
            List<EventOrder> orders = queue.take();
            while (!orders.isEmpty()) {
                followOrRefuse(orders);
                orders = queue.take();
            }
        } catch (InterruptedException nobodyMay) {
            LOG.error("The thread that writes events was interrupted and ends: no more events are taken", nobodyMay);
            queue.close();
        }
    }

    /** Whatever happens, each order is answered and the thread goes on. */
    private void followOrRefuse(List<EventOrder> orders) {
        try {
            follow(orders);
        } catch (RuntimeException | Error failure) {
            LOG.error("A group of events could not be followed up", failure);
            DataPrismException refusal = onDisk("The event could not be written", failure);
            for (EventOrder order : orders) {
                switch (order) {
                    case EventOrder.Append append -> append.done().completeExceptionally(refusal);
                    case EventOrder.Clear(CompletableFuture<Void> done) -> done.completeExceptionally(refusal);
                    case EventOrder.Expire() -> {}
                }
            }
        }
    }

    private void follow(List<EventOrder> orders) {
        List<EventOrder.Append> group = new ArrayList<>(orders.size());
        for (EventOrder order : orders) {
            switch (order) {
                case EventOrder.Append append -> group.add(append);
                case EventOrder.Clear(CompletableFuture<Void> done) -> {
                    write(group);
                    group = new ArrayList<>();
                    clear(done);
                }
                case EventOrder.Expire() -> {}
            }
        }
        write(group);
        giveUpOldSegments();
        diskBytes = journal.sizeBytes();
    }

    private void write(List<EventOrder.Append> group) {
        if (group.isEmpty()) {
            return;
        }
        long[] before = stamper.counts();
        List<StoredEvent> events = new ArrayList<>(group.size());
        try {
            beginSegmentWhereDue();
            journal.append(stamp(group, events));
        } catch (IOException | RuntimeException failure) {
            stamper.backTo(before);
            refuse(group, failure);
            return;
        }
        recovered();
        log.show(events);
        for (int i = 0; i < events.size(); i++) {
            group.get(i).done().complete(events.get(i));
        }
    }

    private List<byte[]> stamp(List<EventOrder.Append> group, List<StoredEvent> events) {
        List<byte[]> records = new ArrayList<>(group.size());
        long nowMillis = clock.millis();
        for (EventOrder.Append append : group) {
            EventDraft draft = append.draft();
            events.add(stamper.stamp(draft, nowMillis));
            records.add(
                    new EventRecord(stamper.counts(), nowMillis, draft.topic().name(), draft.source(), draft.dataJson())
                            .encode());
        }
        return records;
    }

    private void beginSegmentWhereDue() throws IOException {
        boolean old = clock.millis() - segmentBeganMillis >= bounds.millis() && journal.currentRecords() > 0;
        if (old || journal.currentBytes() >= bounds.bytes()) {
            beginSegment();
        }
    }

    private void beginSegment() throws IOException {
        journal.roll(new EventRecord.Head(stamper.epoch(), stamper.counts()).encode());
        segmentBeganMillis = clock.millis();
    }

    private void clear(CompletableFuture<Void> done) {
        try {
            beginSegment();
            journal.dropBefore(journal.next());
        } catch (IOException e) {
            failed(e);
            done.completeExceptionally(onDisk("The history of events could not be deleted", e));
            return;
        }
        log.showCleared();
        done.complete(null);
    }

    /** Where all that is kept has expired, the segment that is written to is given up too. */
    private void giveUpOldSegments() {
        try {
            long oldest = log.oldest();
            if (oldest == journal.next() && journal.currentRecords() > 0) {
                beginSegment();
            }
            journal.dropBefore(oldest);
            keepingOldSegments = false;
        } catch (IOException e) {
            if (!keepingOldSegments) {
                keepingOldSegments = true;
                LOG.warn("Old segments of events cannot be given up, and stay until they can: {}", e.getMessage());
            }
        }
    }

    private void refuse(List<EventOrder.Append> group, Exception failure) {
        failed(failure);
        refused.addAndGet(group.size());
        for (EventOrder.Append append : group) {
            append.done()
                    .completeExceptionally(
                            onDisk("The event for '" + append.draft().topic() + "' could not be kept", failure));
        }
    }

    private static DataPrismException onDisk(String what, Throwable failure) {
        return new DataPrismException(
                ErrorCode.OVERLOADED,
                what + ": the disk refused it (" + failure.getClass().getSimpleName() + ").",
                "Try again later; whoever runs the node: its log says why, and the data folder needs space and a disk that works.",
                failure);
    }

    /** One line when it begins, however many groups fail. */
    private void failed(Exception failure) {
        if (!failing) {
            failing = true;
            LOG.error("Events cannot be written to the disk, and are refused until they can", failure);
        }
    }

    private void recovered() {
        if (failing) {
            failing = false;
            LOG.info("Events are written to the disk again");
        }
    }

    /** Takes no more, and waits until what was taken is on the disk, at most {@code CLOSE_LIMIT}. */
    @Override
    public void close() throws IOException {
        queue.close();
        try {
            if (!thread.join(CLOSE_LIMIT)) {
                LOG.warn("The disk did not take the last events within {} s", CLOSE_LIMIT.toSeconds());
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        journal.close();
    }
}
