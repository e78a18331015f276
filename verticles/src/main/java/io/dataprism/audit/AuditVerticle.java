package io.dataprism.audit;

import io.dataprism.bus.Addresses;
import io.dataprism.core.audit.AuditEntry;
import io.dataprism.core.audit.AuditLog;
import io.dataprism.core.audit.AuditQuery;
import io.dataprism.core.audit.AuditVerifier;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private static final long RETRY_MILLIS = 1_000;

    /** Between two groups, so that under load a flush and a signature serve many lines. */
    private static final long PACE_MILLIS = 20;

    private final Path dataDirectory;
    private final String nodeId;
    private final AuditQueue queue;
    private final InstantSource clock;
    private final AtomicBoolean writing = new AtomicBoolean();
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
        return onWorker(() -> AuditLog.open(dataDirectory, nodeId, clock)).compose(opened -> {
            log = opened;
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
        return onWorker(() -> {
            writeAll();
            AuditLog open = log;
            if (open != null) {
                open.close();
            }
            return null;
        });
    }

    /** Lines of the log, what was recorded before included. Completes on the verticle's context; fails with {@code REQUEST_INVALID}. */
    public Future<List<String>> query(AuditQuery query) {
        return onWorker(() -> {
            writeAll();
            return query.run(dataDirectory);
        });
    }

    /** Whether the log is what this node wrote. Completes on the verticle's context. */
    public Future<AuditVerifier.Verdict> verify() {
        return onWorker(() -> {
            writeAll();
            return AuditVerifier.verify(dataDirectory);
        });
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
