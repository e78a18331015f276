package io.dataprism.cluster.event;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.ringbuffer.Ringbuffer;
import io.dataprism.cluster.member.MemberWatch;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.event.ClusterCursor;
import io.dataprism.core.event.EventDraft;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of a cluster: each shard is a ring buffer of Hazelcast's with backups, which any node appends to and which each node reads
 * once, into a memory of its own. See the package for how.
 */
public final class RingBufferEventLog implements EventLog {

    private static final Logger LOG = LoggerFactory.getLogger(RingBufferEventLog.class);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final Runnable NOBODY = () -> {};

    private final Limits limits;
    private final BooleanSupplier hasMajority;
    private final RingSite site;
    private final FirstLoad firstLoad;
    private final List<ShardAppender> appenders = new ArrayList<>();
    private final List<ShardTail> tails = new ArrayList<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final UUID lostListener;
    private final UUID lifecycleListener;
    private volatile Runnable listener = NOBODY;
    private volatile boolean closed;

    /** Puts the rings into the configuration of Hazelcast. All nodes must have the same limits. */
    public static void configure(Config config, Limits limits) {
        RingSettings.of(limits).configure(config);
    }

    /**
     * Begins to read. Nothing blocks; {@link #ready()} says when what there was is here.
     *
     * @param watch of a Hazelcast that was configured with {@link #configure}, and so that operations fail whose outcome is unknown; that is
     *     closed after this
     * @param nodeId for the log
     * @param hasMajority asked before anything is appended
     */
    public RingBufferEventLog(
            MemberWatch watch,
            ClusterKey key,
            String nodeId,
            Limits limits,
            InstantSource clock,
            BooleanSupplier hasMajority) {
        HazelcastInstance hazelcast = watch.hazelcast();
        this.limits = limits;
        this.hasMajority = hasMajority;
        long writer = ThreadLocalRandom.current().nextLong();
        EventMemory memory = new EventMemory(limits, clock);
        this.site = new RingSite(
                watch,
                key,
                RingSettings.of(limits),
                writer,
                new RingThread(),
                memory,
                new RingCounts(),
                new AtomicLong(),
                hasMajority,
                clock);
        this.firstLoad = new FirstLoad(memory);
        EpochNames names = new EpochNames(clock);
        for (int shard = 0; shard < SHARDS; shard++) {
            open(shard, names);
        }
        LOG.info(
                "Node {} adds to the events of the cluster as {}",
                nodeId,
                Long.toUnsignedString(writer, Character.MAX_RADIX));
        this.lostListener = hazelcast
                .getPartitionService()
                .addPartitionLostListener(lost -> site.thread().execute(this::look));
        this.lifecycleListener = hazelcast.getLifecycleService().addLifecycleListener(event -> {
            switch (event.getState()) {
                case MERGING -> site.merges().incrementAndGet();
                case MERGED, MERGE_FAILED -> {
                    site.merges().incrementAndGet();
                    site.thread().execute(this::look);
                }
                default -> {}
            }
        });
        site.thread().execute(() -> tails.forEach(ShardTail::read));
        site.thread().every(LOOK, this::look);
    }

    private void open(int shard, EpochNames names) {
        Ringbuffer<byte[]> ring = site.hazelcast().getRingbuffer(RingSettings.ring(shard));
        ItemCodec codec = new ItemCodec(site.key(), RingSettings.ring(shard));
        ShardAppender appender = new ShardAppender(site, ring, codec, new AppendQueue(site.counts(), site.clock()));
        ShardTail tail =
                new ShardTail(site, shard, ring, codec, appender, names, this::wake, entries -> loaded(shard, entries));
        appender.readBackBy(tail);
        appenders.add(appender);
        tails.add(tail);
    }

    private void loaded(int shard, List<TailEntry> entries) {
        if (firstLoad.read(shard, entries)) {
            tails.forEach(ShardTail::goLive);
            wake();
            ready.complete(null);
        }
    }

    private void look() {
        tails.forEach(ShardTail::look);
        long now = System.nanoTime();
        appenders.forEach(appender -> appender.giveUpLate(now));
    }

    private void wake() {
        try {
            listener.run();
        } catch (RuntimeException failure) {
            LOG.warn("Events were appended, and who reads could not be told", failure);
        }
    }

    /** Done when what the rings held at the start can be read here. */
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    /** What happened to the rings. */
    public RingCounts counts() {
        return site.counts();
    }

    @Override
    public String epoch() {
        return site.memory().epoch();
    }

    /** They outlive any process, and not all of them. */
    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public void onAppended(Runnable newListener) {
        listener = newListener;
    }

    @Override
    public CompletableFuture<StoredEvent> publish(Topic topic, String source, byte[] dataJson) {
        EventDraft draft = EventDraft.of(topic, source, dataJson, limits.eventBytes());
        if (!hasMajority.getAsBoolean()) {
            site.counts().noMajority.increment();
            return CompletableFuture.failedFuture(NotPublished.noMajority("The event for '" + topic + "' was"));
        }
        return appenders.get(draft.shard()).offer(draft);
    }

    @Override
    public Limits limits() {
        return limits;
    }

    @Override
    public Page read(long position, int maxEvents) {
        return site.memory().page(position, maxEvents);
    }

    @Override
    public Place place(Start start) {
        return switch (start) {
            case Start.Latest() -> head();
            case Start.Earliest() -> site.memory().earliest();
            case Start.After(String cursor) ->
                ClusterCursor.isOfOneNode(cursor)
                        ? site.memory().behindGap(cursor)
                        : site.memory().after(cursor, ClusterCursor.parse(cursor));
        };
    }

    @Override
    public Place head() {
        return site.memory().head();
    }

    @Override
    public long lag(long position) {
        return site.memory().lag(position);
    }

    @Override
    public boolean isTrimmed(long position) {
        return site.memory().isTrimmed(position);
    }

    @Override
    public long size() {
        return site.memory().size();
    }

    @Override
    public long weightBytes() {
        return site.memory().weightBytes();
    }

    @Override
    public Disk diskState() {
        int waiting = appenders.stream().mapToInt(ShardAppender::pendings).sum();
        RingCounts counts = site.counts();
        return new Disk(waiting, counts.overloaded() + counts.noMajority() + counts.unknown(), 0);
    }

    /** On all nodes: each forgets when it reads so, and what was published meanwhile may go with it. */
    @Override
    public CompletableFuture<Void> forget() {
        if (!hasMajority.getAsBoolean()) {
            return CompletableFuture.failedFuture(NotPublished.noMajority("The deletion of the history was"));
        }
        CompletableFuture<Void> forgotten = new CompletableFuture<>();
        CompletableFuture.allOf(
                        appenders.stream().map(appender -> appender.offer(null)).toArray(CompletableFuture[]::new))
                .whenComplete((all, failure) -> {
                    if (failure == null) {
                        forgotten.complete(null);
                    } else {
                        forgotten.completeExceptionally(failure.getCause() == null ? failure : failure.getCause());
                    }
                });
        return forgotten;
    }

    @Override
    public void expire() {
        site.memory().trim();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        drain();
        site.thread().execute(() -> {
            tails.forEach(ShardTail::end);
            appenders.forEach(ShardAppender::end);
        });
        site.thread().close();
        forgetListeners();
        ready.completeExceptionally(NotPublished.draining("The events of the cluster were"));
    }

    private void drain() {
        CompletableFuture<Void> drained = CompletableFuture.supplyAsync(
                        () -> CompletableFuture.allOf(
                                appenders.stream().map(ShardAppender::drain).toArray(CompletableFuture[]::new)),
                        site.thread())
                .thenCompose(all -> all);
        try {
            drained.get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("Other nodes did not take the last events within {} s", CLOSE_LIMIT.toSeconds());
        } catch (ExecutionException e) {
            LOG.warn("The last events could not be waited for", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void forgetListeners() {
        try {
            site.hazelcast().getPartitionService().removePartitionLostListener(lostListener);
            site.hazelcast().getLifecycleService().removeLifecycleListener(lifecycleListener);
        } catch (HazelcastInstanceNotActiveException gone) {
            LOG.debug("Hazelcast has ended before the log of events", gone);
        }
    }

    @Override
    public String toString() {
        return "RingBufferEventLog[" + site.memory() + "]";
    }
}
