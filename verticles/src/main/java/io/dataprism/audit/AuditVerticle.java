package io.dataprism.audit;

import io.dataprism.bus.Addresses;
import io.dataprism.core.audit.AuditEntry;
import io.dataprism.core.audit.AuditFilter;
import io.dataprism.core.audit.AuditHead;
import io.dataprism.core.audit.AuditLog;
import io.dataprism.core.audit.AuditPage;
import io.dataprism.core.audit.AuditReader;
import io.dataprism.core.audit.AuditStart;
import io.dataprism.core.audit.AuditVerifier;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the node's audit log: lines that {@link QueuedAuditService} queued and lines {@code {action, principal, onBehalfOf?,
 * target, outcome, details}} sent to {@link Addresses#AUDIT}. Deploy one per node, on an event loop: its handler only fills
 * the bounded queue, and the disk is written by a worker, one group of lines at a time.
 */
public final class AuditVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(AuditVerticle.class);
    private static final int GROUP_LINES = 1024;
    private static final int READERS = 2;
    private static final int READERS_LIMIT = 64;
    private static final long RETRY_MILLIS = 1_000;

    /** Between two groups, so that under load a flush and a signature serve many lines. */
    private static final long PACE_MILLIS = 100;

    private final Path dataDirectory;
    private final String nodeId;
    private final AuditQueue queue;
    private final InstantSource clock;
    private final AtomicBoolean writing = new AtomicBoolean();
    private final AtomicInteger waitingReaders = new AtomicInteger();
    private volatile Consumer<AuditHead> headListener = head -> {};
    private volatile @Nullable WorkerExecutor readers;
    private volatile @Nullable AuditLog log;
    private volatile @Nullable Context own;

    public AuditVerticle(Path dataDirectory, String nodeId, AuditQueue queue, InstantSource clock) {
        this.dataDirectory = dataDirectory;
        this.nodeId = nodeId;
        this.queue = queue;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        own = context;
        readers = vertx.createSharedWorkerExecutor("audit-readers-" + nodeId, READERS);
        return onWorker(() -> AuditLog.open(dataDirectory, nodeId, clock)).compose(opened -> {
            log = opened;
            headListener.accept(opened.head());
            queue.onFilled(this::write);
            write();
            return vertx.eventBus()
                    .<JsonObject>localConsumer(Addresses.AUDIT, this::receive)
                    .completion();
        });
    }

    @Override
    public Future<?> stop() {
        queue.onFilled(() -> {});
        WorkerExecutor reading = readers;
        return onWorker(() -> {
                    writeAll();
                    AuditLog open = log;
                    if (open != null) {
                        open.close();
                    }
                    return true;
                })
                .eventually(() -> reading == null ? Future.succeededFuture() : reading.close());
    }

    /** Lines of the log, what was recorded before included. {@code OVERLOADED} where too many read. */
    public Future<AuditPage> page(AuditFilter filter, AuditStart from, int most, int bytes) {
        return reading(() -> new AuditReader(dataDirectory, filter).page(from, most, bytes));
    }

    /**
     * Whether the log is what this node wrote. {@code OVERLOADED} where too many read.
     *
     * @param told heads of this log that others have kept
     */
    public Future<AuditVerifier.Verdict> verify(List<AuditHead> told) {
        return reading(() -> AuditVerifier.verify(dataDirectory, told));
    }

    /** Tells what the node vouches for, now and after each group of lines, on whichever worker wrote it; it must not block. */
    public void onHead(Consumer<AuditHead> listener) {
        headListener = listener;
        AuditLog open = log;
        if (open != null) {
            listener.accept(open.head());
        }
    }

    /** Beside the writer, which must not wait for who reads. What was recorded before is written first. */
    private <T> Future<T> reading(Callable<T> task) {
        WorkerExecutor own = readers;
        if (own == null || waitingReaders.incrementAndGet() > READERS_LIMIT) {
            return Future.failedFuture(noReader(own));
        }
        return onWorker(() -> {
                    writeAll();
                    return true;
                })
                .compose(written -> own.executeBlocking(task, false))
                .onComplete(done -> waitingReaders.decrementAndGet());
    }

    private RuntimeException noReader(@Nullable WorkerExecutor own) {
        if (own == null) {
            return new IllegalStateException("The audit verticle is not deployed.");
        }
        waitingReaders.decrementAndGet();
        return new DataPrismException(
                ErrorCode.OVERLOADED,
                "The audit log of node " + nodeId + " is being read " + READERS_LIMIT + " times already.",
                "Try again later.");
    }

    private void receive(Message<JsonObject> message) {
        JsonObject line = message.body();
        queue.offer(new AuditEntry(
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                line.getString("action", ""),
                line.getString("principal", ""),
                line.getJsonArray("onBehalfOf", new JsonArray()).stream()
                        .map(String::valueOf)
                        .toList(),
                line.getString("target", ""),
                line.getString("outcome", ""),
                line.getJsonObject("details", new JsonObject()).encode()));
    }

    /** One writer at a time; what is queued meanwhile is its next group. Any thread. */
    private void write() {
        if (writing.compareAndSet(false, true)) {
            onWorker(this::writeGroup).onComplete(done -> {
                if (done.failed() || !Boolean.TRUE.equals(done.result())) {
                    vertx.setTimer(RETRY_MILLIS, tick -> writeNext());
                } else {
                    vertx.setTimer(PACE_MILLIS, tick -> writeNext());
                }
            });
        }
    }

    private void writeNext() {
        writing.set(false);
        if (!queue.isEmpty()) {
            write();
        }
    }

    private void writeAll() {
        boolean going = true;
        while (going && log != null && !queue.isEmpty()) {
            going = writeGroup();
        }
    }

    /** On a worker, in turn. False: the disk failed, and the group is counted as dropped. */
    private boolean writeGroup() {
        AuditLog open = log;
        if (open == null || queue.isEmpty()) {
            return true;
        }
        List<AuditEntry> group = queue.take(GROUP_LINES);
        long dropped = queue.takeDropped();
        try {
            open.append(
                    dropped == 0
                            ? group
                            : Stream.concat(group.stream(), Stream.of(dropped(dropped)))
                                    .toList());
            headListener.accept(open.head());
            return true;
        } catch (RuntimeException failure) {
            LOG.error("{} lines could not be written to the audit log", group.size(), failure);
            queue.giveBackDropped(dropped + group.size());
            return false;
        }
    }

    private AuditEntry dropped(long lines) {
        return new AuditEntry(
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                "audit.dropped",
                "/nodes/" + nodeId,
                List.of(),
                "audit.jsonl",
                "failed",
                new JsonObject().put("lines", lines).encode());
    }

    /** In the order of calls, one at a time, whoever calls. */
    private <T> Future<T> onWorker(Callable<T> task) {
        Context context = own;
        if (context == null) {
            return Future.failedFuture(new IllegalStateException("The audit verticle is not deployed."));
        }
        return context.executeBlocking(task, true);
    }
}
