package io.dataprism.cluster.event;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.ringbuffer.ReadResultSet;
import com.hazelcast.ringbuffer.Ringbuffer;
import io.dataprism.cluster.member.SeenMembers;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.StoredEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a shard's ring from its oldest item on, once for this node, and shows what it reads. Each page begins with the item that was read
 * last: is it the same, then nothing was lost in between; is it another, then the ring lost what it had, be it all, or only what had no
 * backup yet, which is found by looking back. On the ring thread.
 */
final class ShardTail {

    private static final Logger LOG = LoggerFactory.getLogger(ShardTail.class);

    private static final int PAGE_SLOTS = 500;
    private static final Duration RETRY = Duration.ofMillis(100);

    /** How soon a writer that lives adds what the ring has lost again, when it may after a loss: some of its pauses. */
    private static final Duration ADDED_AGAIN = Duration.ofSeconds(2);

    private final RingSite site;
    private final int shard;
    private final Ringbuffer<byte[]> ring;
    private final CommitMark commit;
    private final ShardAppender appender;
    private final ShardReading reading;
    private final Runnable wake;
    private final EpochNames names;
    private final Seldom tellLost = new Seldom();

    private @Nullable Consumer<List<TailEntry>> loading;
    private final List<TailEntry> loaded = new ArrayList<>();

    private long turn;
    private boolean underWay;
    private boolean caughtUp;
    private boolean ended;

    // read, and not shown before it has its backups
    private List<TailEntry> held = List.of();
    private long heldTo;
    private long markedTo;
    private int rings;
    private boolean marking;
    private boolean withheld;
    private long heldMerges;

    /**
     * @param wake tells who reads that there is something
     * @param onLoaded is given what there was when it began, before anything is shown
     */
    ShardTail(
            RingSite site,
            int shard,
            Ringbuffer<byte[]> ring,
            ItemCodec codec,
            ShardAppender appender,
            EpochNames names,
            Runnable wake,
            Consumer<List<TailEntry>> onLoaded) {
        this.site = site;
        this.shard = shard;
        this.ring = ring;
        this.commit = new CommitMark(site.hazelcast(), shard);
        this.appender = appender;
        this.names = names;
        this.wake = wake;
        this.loading = onLoaded;
        this.reading = new ShardReading(shard, codec, site.memory(), site.counts());
    }

    /** The ring's life, as far as it has been read; null: none has begun, or it is not known yet. */
    @Nullable
    String epoch() {
        return loading == null ? reading.epoch() : null;
    }

    /** What it reads next. */
    long next() {
        return reading.next();
    }

    /** What there was is shown, and what comes is from now on. */
    void goLive() {
        loading = null;
        loaded.clear();
        beginWhereNothingIs();
        read();
        appender.pump();
    }

    /** Reads on, unless that is under way. */
    void read() {
        if (underWay || ended || !held.isEmpty()) {
            return;
        }
        underWay = true;
        long mine = ++turn;
        boolean waits = caughtUp && loading == null;
        int least = !waits ? 0 : reading.hasLast() ? 2 : 1;
        readMany(reading.from(), least, PAGE_SLOTS, (page, failure) -> {
            if (mine == turn) {
                underWay = false;
                onPage(page, failure);
            }
        });
    }

    private void readMany(long from, int least, int most, BiConsumer<@Nullable RingPage, @Nullable Throwable> then) {
        long merges = site.merges().get();
        CompletableFuture<ReadResultSet<byte[]>> read;
        try {
            read = ring.readManyAsync(from, least, most, null).toCompletableFuture();
        } catch (RuntimeException failure) {
            read = CompletableFuture.failedFuture(failure);
        }
        read.whenCompleteAsync(
                (set, failure) ->
                        then.accept(set == null || merges != site.merges().get() ? null : RingPage.of(set), failure),
                site.thread());
    }

    private void onPage(@Nullable RingPage page, @Nullable Throwable failure) {
        if (ended) {
            return;
        }
        if (page == null) {
            retry(failure);
            return;
        }
        switch (reading.read(page)) {
            case ShardReading.Outcome.More(List<TailEntry> entries) -> {
                caughtUp = page.slots().size() < PAGE_SLOTS;
                takeIn(entries);
            }
            case ShardReading.Outcome.Overtaken() -> lose(page);
            case ShardReading.Outcome.Changed() -> lookBack();
        }
    }

    private void retry(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof HazelcastInstanceNotActiveException)) {
            LOG.debug("Shard {} of the events could not be read, and is read again", shard, cause);
        }
        site.thread().after(RETRY, this::read);
    }

    private void takeIn(List<TailEntry> entries) {
        if (loading != null) {
            loaded.addAll(entries);
            if (caughtUp) {
                loading.accept(List.copyOf(loaded));
            } else {
                read();
            }
            return;
        }
        beginWhereNothingIs();
        held = entries;
        heldTo = reading.next();
        heldMerges = site.merges().get();
        settle();
    }

    private void beginWhereNothingIs() {
        if (caughtUp && reading.epoch() == null) {
            appender.begin(names.next(shard));
        }
    }

    /** Shows what is held, where it has its backups, and reads on. */
    void settle() {
        if (ended || loading != null) {
            return;
        }
        if (!held.isEmpty() && (withheld || isDoubtful())) {
            withheld = true; // it may be in nobody else's ring: a look at the ring tells
            return;
        }
        if (!held.isEmpty() && !hasBackups()) {
            if (!appender.isSending() && !marking) { // else the end of that says as much
                mark();
            }
            return;
        }
        List<TailEntry> shown = held;
        held = List.of();
        if (!shown.isEmpty()) {
            show(shown);
            wake.run();
        }
        if (reading.epoch() != null) {
            appender.pump();
        }
        read();
    }

    private boolean isDoubtful() {
        return !site.hasMajority().getAsBoolean() || heldMerges != site.merges().get();
    }

    private boolean hasBackups() {
        return appender.acknowledgedTo() >= heldTo || markedTo >= heldTo || !commit.isNeeded();
    }

    private void mark() {
        Duration doubt = site.watch().doubt();
        marking = true;
        if (!doubt.isZero()) {
            site.thread()
                    .after(
                            doubt,
                            () -> { // it would not count
                                marking = false;
                                settle();
                            });
            return;
        }
        long to = heldTo;
        int ofRing = rings;
        long merges = site.merges().get();
        SeenMembers nodes = site.watch().now();
        commit.set()
                .whenCompleteAsync(
                        (sequence, failure) -> {
                            marking = false;
                            if (failure == null && merges == site.merges().get() && nodes.haveStayed()) {
                                markedTo = ofRing == rings ? Math.max(markedTo, to) : markedTo;
                                settle();
                            } else {
                                site.thread().after(RETRY, this::settle);
                            }
                        },
                        site.thread());
    }

    /** The ring is not the one that it was read from, and whose backups were asked for. */
    private void dropHeld() {
        reading.unread(held);
        held = List.of();
        withheld = false;
        markedTo = 0;
        rings++;
    }

    private void show(List<TailEntry> entries) {
        for (TailEntry entry : entries) {
            switch (entry) {
                case TailEntry.Shown shown -> {
                    StoredEvent event = site.memory().show(shard, shown);
                    answer(shown.item(), event);
                }
                case TailEntry.Again again -> site.memory().again(shard, again);
                case TailEntry.Cleared cleared -> {
                    site.memory().clear();
                    answer(cleared.item(), null);
                }
            }
        }
    }

    private void answer(RingItem.Numbered item, @Nullable StoredEvent event) {
        if (item.writer() == site.writer()) {
            appender.shown(item.number(), event);
        }
    }

    /** The ring is beyond what was read last, so what lay between is lost, or the ring began anew meanwhile. */
    private void lose(RingPage page) {
        boolean same = reading.goesOnIn(page);
        lose(same ? Gap.Reason.EXPIRED : Gap.Reason.EPOCH);
    }

    private void lose(Gap.Reason reason) {
        turn++;
        underWay = false;
        caughtUp = false;
        dropHeld();
        site.counts().lost.increment();
        if (tellLost.isDue()) {
            LOG.warn("Events of shard {} were lost before this node read them: {}", shard, reason.label());
        }
        if (loading != null) {
            loaded.clear();
            reading.forgetNumbers();
        }
        site.memory().lose(shard, reason);
        reading.beginAnew();
        appender.lost(reason);
        wake.run();
        read();
    }

    /** Is the ring still the one that was read? What is on its way is looked at as well. */
    void look() {
        if (ended || loading != null || !isAtRest()) {
            return;
        }
        if (reading.epoch() == null) {
            beginWhereNothingIs();
            return;
        }
        if (withheld && heldMerges != site.merges().get()) {
            lookBack(); // one item that is the same says nothing of those before it
            return;
        }
        long next = reading.next();
        readMany(next - 1, 0, 1, (page, failure) -> {
            if (page == null || reading.next() != next || !isAtRest() || ended) {
                return;
            }
            if (!page.isEmpty() && reading.isLast(page.first())) {
                showWithheld();
            } else if (page.isEmpty() || page.first().sequence() < next) {
                lookBack();
            } else if (withheld) {
                lose(page); // nothing else reads on meanwhile
            }
        });
    }

    /** Whether nothing is held, or only what waits for a majority that is there again. */
    private boolean isAtRest() {
        return held.isEmpty() || (withheld && site.hasMajority().getAsBoolean());
    }

    /** It was in the ring of those who are the majority. */
    private void showWithheld() {
        if (withheld) {
            withheld = false;
            settle();
        }
    }

    /** Finds the newest item that was read and is still there. */
    private void lookBack() {
        long mine = ++turn;
        underWay = true;
        long from = Math.max(0, reading.next() - RingSettings.SLOTS_AT_ONCE);
        readMany(from, 0, RingSettings.SLOTS_AT_ONCE, (page, failure) -> {
            if (mine != turn || ended) {
                return;
            }
            underWay = false;
            if (page == null) {
                site.thread().after(RETRY, () -> {
                    if (mine == turn) {
                        lookBack();
                    }
                });
            } else if (reading.rollBackTo(page)) {
                site.counts().rolledBack.increment();
                LOG.info("Shard {} of the events goes on from {}: what had no backup is gone", shard, reading.next());
                Duration addedAgain = site.watch().doubtAfterLoss().plus(ADDED_AGAIN);
                site.thread().after(addedAgain, () -> site.memory().settleCursors(shard));
                dropHeld();
                caughtUp = false;
                read();
            } else {
                lose(Gap.Reason.EPOCH);
            }
        });
    }

    void end() {
        ended = true;
        turn++;
    }
}
