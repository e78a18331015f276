package io.dataprism.load.node;

import io.dataprism.audit.AuditQueue;
import io.dataprism.audit.AuditVerticle;
import io.dataprism.audit.QueuedAuditService;
import io.dataprism.bus.CallerContext;
import io.dataprism.core.catalog.FindingsPolicy;
import io.dataprism.core.confinement.ConfinedPluginProcesses;
import io.dataprism.core.confinement.PluginProcesses;
import io.dataprism.core.confinement.PoolSettings;
import io.dataprism.core.confinement.SandboxRuntime;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.LocalEventLog;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.core.wasm.PluginProcessesByRuntime;
import io.dataprism.core.wasm.WasmEngine;
import io.dataprism.core.wasm.WasmPluginProcesses;
import io.dataprism.engine.BusQueryService;
import io.dataprism.event.BusEventService;
import io.dataprism.event.EventFeed;
import io.dataprism.event.EventFeedVerticle;
import io.dataprism.host.FeedSubscriptions;
import io.dataprism.host.HostParts;
import io.dataprism.host.PluginHost;
import io.dataprism.node.NodeIdentity;
import io.dataprism.stream.BusStreamEndpoint;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The parts of a node that a call of a plugin passes, put together as the service does: interceptors, plugin host, audit log on the
 * disk, events, streams, metrics. No engine and no gateway. Calls block; one thread.
 */
final class PluginHostUnderTest implements AutoCloseable {

    private static final long STEP_LIMIT_SECONDS = 60;

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Vertx vertx = Vertx.builder()
            .with(new VertxOptions()
                    .setMetricsOptions(
                            new MicrometerMetricsOptions().setEnabled(true).setJvmMetricsEnabled(true)))
            .withMetrics(new MicrometerMetricsFactory(meters))
            .build();
    private final BufferAllocator allocator = new RootAllocator();
    private final NodeIdentity identity = new NodeIdentity("bench", NodeIdentity.VERSION);
    private final ProcessQuotas quotas = ProcessQuotas.open(ResourcePolicy.defaults());
    private final PluginProcesses processes;
    private final BusStreamEndpoint streams;
    private final PluginHost host;

    /** @param home of the installation, where the sandbox's jars are */
    PluginHostUnderTest(Path data, Path home) {
        AuditQueue queue = new AuditQueue();
        QueuedAuditService audit = new QueuedAuditService(queue, InstantSource.system());
        EventFeed feed =
                new EventFeed(vertx, new LocalEventLog(EventLog.Limits.DEFAULT, InstantSource.system()), identity.id());
        streams = new BusStreamEndpoint(identity.id(), allocator);
        processes = new PluginProcessesByRuntime(
                new ConfinedPluginProcesses(
                        SandboxRuntime.inHome(home),
                        allocator,
                        quotas,
                        PoolSettings.NONE,
                        data.resolve("class-caches"),
                        false),
                new WasmPluginProcesses(allocator, quotas, WasmEngine.COMPILER, null));
        host = new PluginHost(
                new HostParts(
                        vertx,
                        identity,
                        data,
                        processes,
                        new BusQueryService(vertx, streams),
                        streams,
                        new BusEventService(vertx),
                        new FeedSubscriptions(feed),
                        audit,
                        meters,
                        Map.of()),
                FindingsPolicy.WARN);
        deploy(
                new AuditVerticle(data, identity.id(), queue, InstantSource.system()),
                new DeploymentOptions().setWorkerPoolName("audit").setWorkerPoolSize(1));
        deploy(new EventFeedVerticle(feed, audit), new DeploymentOptions());
        deploy(streams, new DeploymentOptions().setThreadingModel(ThreadingModel.EVENT_LOOP));
        await(host.start(List.of()));
    }

    Vertx vertx() {
        return vertx;
    }

    PluginHost host() {
        return host;
    }

    BufferAllocator allocator() {
        return allocator;
    }

    /** A context that speaks for the admin; each is on an event loop of its own turn. */
    Context asAdmin() {
        return CallerContext.duplicateFor(vertx.getOrCreateContext(), Caller.of(Principal.User.admin()));
    }

    /** Registers and activates; answers what the host knows of it then. @param packageFile is deleted */
    JsonObject add(Path packageFile) {
        return asked(() -> host.register(packageFile, true)).plugin();
    }

    /** Does something for the admin and waits for it. */
    <T> T asked(Supplier<Future<T>> question) {
        java.util.concurrent.CompletableFuture<T> answer = new java.util.concurrent.CompletableFuture<>();
        asAdmin().runOnContext(go -> question.get().onComplete(answer::complete, answer::completeExceptionally));
        return answer.orTimeout(STEP_LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    private void deploy(Deployable verticle, DeploymentOptions options) {
        await(vertx.deployVerticle(verticle, options));
    }

    private static <T> void await(Future<T> future) {
        future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(STEP_LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        await(host.stop());
        processes.close();
        quotas.close();
        await(vertx.close());
    }
}
