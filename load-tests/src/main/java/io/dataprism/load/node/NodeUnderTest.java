package io.dataprism.load.node;

import io.dataprism.audit.AuditQueue;
import io.dataprism.audit.AuditService;
import io.dataprism.audit.QueuedAuditService;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.LocalEventLog;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Grants;
import io.dataprism.core.permission.PermissionTable;
import io.dataprism.core.permission.Principal;
import io.dataprism.engine.BusQueryService;
import io.dataprism.engine.EngineVerticle;
import io.dataprism.engine.QueryService;
import io.dataprism.engine.QueryService.QueryRequest;
import io.dataprism.event.BusEventService;
import io.dataprism.event.EventFeed;
import io.dataprism.event.EventFeedVerticle;
import io.dataprism.load.child.ProcessClock;
import io.dataprism.load.measure.Measured;
import io.dataprism.stream.BusStreamEndpoint;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The parts of a node that a query passes, put together as the service does: interceptors, streams, events, and the engine where it
 * is this node's. Calls block; one thread.
 */
final class NodeUnderTest {

    private static final Duration QUERY_LIMIT = Duration.ofMinutes(5);
    private static final long STEP_LIMIT_SECONDS = 30;

    private final Vertx vertx;
    private final String id;
    private final BusStreamEndpoint streams;
    private final QueryService queries;
    private final AuditService audit = new QueuedAuditService(new AuditQueue(), InstantSource.system());

    NodeUnderTest(Vertx vertx, String id, BufferAllocator allocator) {
        this.vertx = vertx;
        this.id = id;
        PermissionInterceptors.install(
                vertx,
                id,
                new PermissionTable(plugin -> Grants.NONE),
                audit,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        this.streams = new BusStreamEndpoint(id, allocator);
        this.queries = new BusQueryService(vertx, streams);
        deploy(streams, ThreadingModel.EVENT_LOOP);
    }

    /** Makes this the node that answers queries. */
    void addEngine(EngineUnderTest engine) {
        EventFeed feed = new EventFeed(vertx, new LocalEventLog(EventLog.Limits.DEFAULT, InstantSource.system()), id);
        deploy(new EventFeedVerticle(feed), ThreadingModel.EVENT_LOOP);
        deploy(
                new EngineVerticle(engine.engine(), id, streams, new BusEventService(vertx), audit),
                ThreadingModel.WORKER);
    }

    private void deploy(Deployable verticle, ThreadingModel model) {
        vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(model))
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(STEP_LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Runs a query as the admin and counts the rows of its batches, which are closed as they come. */
    Measured read(String sql) throws Exception {
        CompletableFuture<Long> rows = new CompletableFuture<>();
        long pid = ProcessHandle.current().pid();
        long computed = ProcessClock.cpuNanos(pid);
        long start = System.nanoTime();
        CallerContext.duplicateFor(vertx.getOrCreateContext(), Caller.of(Principal.User.admin()))
                .runOnContext(go -> queries.query(
                                new QueryRequest(sql, List.of(), QueryService.DEFAULT_BATCH_ROWS, QUERY_LIMIT, null))
                        .onFailure(rows::completeExceptionally)
                        .onSuccess(result -> result.batches()
                                .map(batch -> {
                                    try (batch) {
                                        return (long) batch.rowCount();
                                    }
                                })
                                .reduce(0L, Long::sum)
                                .subscribe(rows::complete, rows::completeExceptionally)));
        long count = rows.get(QUERY_LIMIT.toSeconds(), TimeUnit.SECONDS);
        return new Measured(count, 0, System.nanoTime() - start, ProcessClock.cpuNanos(pid) - computed);
    }

    void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(STEP_LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
