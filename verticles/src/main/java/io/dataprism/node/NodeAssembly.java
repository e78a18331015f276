package io.dataprism.node;

import io.dataprism.audit.AuditHeadExchange;
import io.dataprism.audit.AuditQueue;
import io.dataprism.audit.AuditService;
import io.dataprism.audit.AuditVerticle;
import io.dataprism.audit.ClusterAudit;
import io.dataprism.audit.QueuedAuditService;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.NodeCalls;
import io.dataprism.cluster.Role;
import io.dataprism.cluster.member.ClusterSettings;
import io.dataprism.cluster.member.JoinedCluster;
import io.dataprism.core.cluster.Sharing;
import io.dataprism.core.confinement.ConfinedPluginProcesses;
import io.dataprism.core.confinement.PluginProcesses;
import io.dataprism.core.confinement.PoolSettings;
import io.dataprism.core.confinement.SandboxRuntime;
import io.dataprism.core.dataset.DuckDbEngine;
import io.dataprism.core.engine.QueryEngine;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.LocalEventLog;
import io.dataprism.core.format.JsonRowArray;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.storage.PluginStorage;
import io.dataprism.core.wasm.PluginProcessesByRuntime;
import io.dataprism.core.wasm.WasmPluginProcesses;
import io.dataprism.engine.BusQueryService;
import io.dataprism.engine.BusTableService;
import io.dataprism.engine.EngineFiles;
import io.dataprism.engine.EngineRoute;
import io.dataprism.engine.EngineVerticle;
import io.dataprism.event.BusEventService;
import io.dataprism.event.EventFeed;
import io.dataprism.event.EventFeedVerticle;
import io.dataprism.event.EventService;
import io.dataprism.event.LocalEventService;
import io.dataprism.event.PublishRates;
import io.dataprism.gateway.GatewayServices;
import io.dataprism.gateway.GatewaySettings;
import io.dataprism.gateway.GatewayVerticle;
import io.dataprism.gateway.Limits;
import io.dataprism.gateway.Sessions;
import io.dataprism.gateway.SignIns;
import io.dataprism.gateway.connection.Connections;
import io.dataprism.gateway.connection.StrictTransport;
import io.dataprism.gateway.contract.Contract;
import io.dataprism.gateway.live.AuditRoutes;
import io.dataprism.gateway.live.LiveConnections;
import io.dataprism.gateway.live.LiveRoutes;
import io.dataprism.gateway.logs.ClusterLogs;
import io.dataprism.host.FeedSubscriptions;
import io.dataprism.host.HostCluster;
import io.dataprism.host.HostParts;
import io.dataprism.host.PluginHost;
import io.dataprism.service.ServiceParts;
import io.dataprism.service.ServicesVerticle;
import io.dataprism.stream.BusStreamEndpoint;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a node together, in the order that its parts need one another: guard and audit before anything is sent, engine before
 * plugins, gateway last. Runs on the thread that starts the node, which may block; the engine opens beside the rest.
 */
final class NodeAssembly {

    private static final Logger LOG = LoggerFactory.getLogger(NodeAssembly.class);
    private static final long STEP_LIMIT_SECONDS = StartSteps.LIMIT.toSeconds();
    private static final Future<Void> NOT_DEPLOYED = Future.succeededFuture();
    private static final Duration SILENCE = Duration.ofMillis(500);
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(2);

    /** Nothing is served from the class path, so Vert.x needs no copies of it in a temporary folder, which a crash would leave. */
    private static final FileSystemOptions NO_FILE_CACHE =
            new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);

    private final NodeConfiguration configuration;
    private final DataDirectory data;
    private final BiConsumer<String, Node.Action> onStop;
    private final Supplier<Duration> timeLeft;
    private final StartSteps steps;
    private final NodeIdentity identity;
    private final Connections connections;
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /**
     * @param timeLeft until the process ends, while the node stops
     * @param steps how it waits
     */
    NodeAssembly(
            NodeConfiguration configuration,
            DataDirectory data,
            BiConsumer<String, Node.Action> onStop,
            Supplier<Duration> timeLeft,
            StartSteps steps)
            throws NodeStartException {
        this.timeLeft = timeLeft;
        this.steps = steps;
        this.identity = new NodeIdentity(data.nodeId(), NodeIdentity.VERSION);
        this.configuration = configuration;
        this.connections = new Connections(
                configuration.limits().connections(), configuration.limits().connectionIdle());
        this.data = data;
        this.onStop = onStop;
    }

    /** Starts everything and answers the port that the gateway listens on. */
    int assemble() throws Exception {
        CompletableFuture<QueryEngine> opening = hasEngine() ? CompletableFuture.supplyAsync(this::openEngine) : null;
        CompletableFuture<Contract> contract =
                CompletableFuture.supplyAsync(Contract::current); // read while the engine opens
        NodeCluster cluster = cluster();
        Vertx vertx = cluster.vertx();
        QueryEngine engine = opening == null ? null : opened(opening);
        BufferAllocator allocator = engine == null ? ownMemory() : engine.allocator();

        ClusterStorage shared = cluster.joined() == null ? null : storage(cluster.joined(), cluster.calls());
        Sharing sharing = shared == null ? Sharing.ALONE : shared.sharing();
        AuditQueue queue = new AuditQueue();
        AuditService audit = new QueuedAuditService(queue, InstantSource.system());
        EventLog log = shared == null
                ? eventLog()
                : shared.eventLog(configuration.events().limits());
        EventFeed feed = new EventFeed(vertx, log, identity.id());
        BusEventService events = new BusEventService(vertx);
        BusStreamEndpoint streams = new BusStreamEndpoint(identity.id(), allocator);
        EngineRoute route = new EngineRoute(vertx, cluster.members());
        EngineFiles files = EngineFiles.over(vertx, streams, allocator);
        BusQueryService queries = new BusQueryService(vertx, streams, route, files);
        ProcessQuotas quotas = ProcessQuotas.open(configuration.resources());
        onStop.accept("plugin quotas", quotas::close);
        ConfinedPluginProcesses confined = new ConfinedPluginProcesses(
                SandboxRuntime.inHome(configuration.homeDirectory()),
                allocator,
                quotas,
                new PoolSettings(configuration.pool(), data.path().resolve("pool")),
                data.path().resolve("class-caches"),
                configuration.allowUnconfined());
        Gauge.builder("dataprism.plugins.waiting", confined, ConfinedPluginProcesses::waiting)
                .description("Processes that wait for a plugin")
                .register(meters);
        PluginProcesses processes = new PluginProcessesByRuntime(
                confined,
                new WasmPluginProcesses(
                        allocator, quotas, configuration.wasm(), data.path().resolve("compiled-modules")));
        onStop.accept("plugin processes", processes::close);
        data.emptiedFolder(PluginHost.LOADS_FOLDER);
        PluginHost host = new PluginHost(
                new HostParts(
                        vertx,
                        identity,
                        data.path(),
                        processes,
                        queries,
                        streams,
                        events,
                        new FeedSubscriptions(feed),
                        audit,
                        meters,
                        new HostCluster(cluster.members(), cluster.states(), cluster.calls(), cluster.joined() == null),
                        configuration.mounts(),
                        sharing),
                configuration.findings());

        AuditVerticle auditor = new AuditVerticle(data.path(), identity.id(), queue, InstantSource.system());
        deploy(vertx, "audit", auditor, withOwnThread("audit"));
        deploy(vertx, "event feed", new EventFeedVerticle(feed, audit), new DeploymentOptions());
        deploy(vertx, "streams", streams, new DeploymentOptions());
        deploy(vertx, "calls of nodes", cluster.calls(), new DeploymentOptions());
        if (shared != null) {
            cluster.change(self -> self.withPeer(shared.peerAddress()));
            if (engine instanceof DuckDbEngine tables) {
                shared.share(tables.datasets(), configuration.loadSample());
            }
        }
        AuditHeadExchange heads = new AuditHeadExchange(
                data.path(), cluster.members(), cluster.states(), auditor, InstantSource.system());
        deploy(vertx, "heads of audit logs", heads, new DeploymentOptions());
        ClusterAudit clusterAudit = new ClusterAudit(cluster.members(), cluster.calls(), auditor, heads);
        if (engine != null) {
            Path arrivals = data.emptiedFolder("arrivals");
            deploy(
                    vertx,
                    "engine verticle",
                    new EngineVerticle(engine, identity.id(), streams, events, audit, arrivals),
                    withOwnThread("engine").setThreadingModel(ThreadingModel.WORKER));
        }
        ServiceParts services = new ServiceParts(
                identity, host, PluginStorage.of(data.path(), sharing), audit, meters, events, configuration.llm());
        deploy(vertx, "services", new ServicesVerticle(services), new DeploymentOptions());
        startPlugins(cluster, host, shared);
        new NodeMeters(meters, engine, streams, feed).register();
        ClusterMeters.register(meters, cluster.members(), cluster.calls());

        Limits limits = configuration.limits();
        LiveConnections live = new LiveConnections(limits.connections().liveConnectionsPerUser());
        EventService local = new LocalEventService(host.guard(), feed, audit);
        PublishRates rates = new PublishRates(local, limits.publishesPerSecond(), limits.publishBurst());
        Consumer<String> endOfCredential =
                credential -> live.endOf(identity -> credential.equals(identity.credential()));
        NodeCredentials credentials = NodeCredentials.open(new NodeCredentials.Parts(
                vertx,
                identity.id(),
                data.path(),
                configuration.access(),
                sharing,
                audit,
                endOfCredential,
                steps,
                onStop));
        Sessions sessions = credentials.sessions();
        SignIns signIns = credentials.signIns();
        new ConnectionMeters(meters, connections, live, sessions, rates).register();
        ClusterLogs logs = new ClusterLogs(cluster.members(), cluster.calls(), host::log);
        LiveRoutes liveRoutes = new LiveRoutes(
                vertx,
                feed,
                rates,
                signIns,
                queries,
                host,
                logs,
                (batch, columns) -> JsonRowArray.of(batch),
                live,
                limits);
        AuditRoutes auditRoutes = new AuditRoutes(vertx, clusterAudit);
        steps.await(contract);
        Future<GatewayVerticle.Deployed> deployed = GatewayVerticle.deploy(
                vertx,
                new GatewayServices(
                        queries,
                        new BusTableService(route, files),
                        host,
                        logs,
                        audit,
                        signIns,
                        credentials.tokens(),
                        sessions,
                        endOfCredential,
                        new ClusterNodeView(
                                configuration,
                                host,
                                processes,
                                meters,
                                new ClusterView(cluster.members(), cluster.states()),
                                new NodeDrain(
                                        cluster.members(),
                                        cluster.calls(),
                                        audit,
                                        shared == null ? NodeDrain.ofAlone(identity.id()) : this::leave),
                                new LostNodes(vertx, cluster.joined(), audit),
                                cluster::isSound),
                        connections),
                new GatewaySettings(
                        configuration.host(),
                        configuration.port(),
                        data.emptiedFolder("uploads"),
                        identity,
                        limits,
                        Set.copyOf(configuration.access().origins()),
                        configuration.webSocketCompression(),
                        configuration.tls()),
                List.of(liveRoutes::mount, auditRoutes::mount),
                Runtime.getRuntime().availableProcessors());
        onStop.accept("gateway", () -> stopGateway(vertx, deployed, live));
        GatewayVerticle.Deployed gateway = steps.await(deployed);
        cluster.change(self -> self.serving(reachable() + ":" + gateway.port()));
        if (configuration.bundledPlugins()) {
            // after the gateway, so that a port in use is found before children are started
            steps.await(host.startSystem(configuration.systemPlugins()));
        }
        LOG.info(limits.connections().explained());
        LOG.info(
                "Processes of plugins: level {}, {}{}",
                processes.level(),
                processes.mechanism(),
                processes.missing().isEmpty() ? "" : "; for more: " + String.join(" ", processes.missing()));
        NodeStatus status = new NodeStatus(feed, identity.id());
        status.become("ready");
        if (shared != null) {
            onStop.accept("hand-over", () -> handOver(cluster, host));
        }
        onStop.accept("status", () -> status.become("draining"));
        return gateway.port();
    }

    /** Where clients reach it: one that listens on all addresses has no address of its own but that for other nodes. */
    private String reachable() {
        ClusterSettings settings = configuration.cluster();
        return settings != null && Set.of("0.0.0.0", "::").contains(configuration.host())
                ? settings.bind()
                : configuration.host();
    }

    /** As if the process had been told to end. */
    private void leave() {
        steps.end().complete(null);
    }

    /** Others begin what runs here, and then it ends here; clients are answered meanwhile. */
    private void handOver(NodeCluster cluster, PluginHost host) {
        cluster.change(Member::leaving);
        Duration limit = timeLeft.get().dividedBy(2);
        await(host.drain(limit), limit.plusSeconds(1));
    }

    /** Also where the start was given up before it listened. */
    private void stopGateway(Vertx vertx, Future<GatewayVerticle.Deployed> deployed, LiveConnections live) {
        GatewayVerticle.Deployed gateway = await(deployed.otherwiseEmpty());
        if (gateway == null) {
            return;
        }
        gateway.refuseRequests().run();
        Duration drain = shorter(configuration.limits().drain(), timeLeft.get().dividedBy(2));
        try {
            await(live.drain(vertx, drain), drain.plusSeconds(1));
        } catch (RuntimeException late) {
            LOG.warn("Not all subscribers could be sent away in time", late);
        }
        if (configuration.cluster() != null) {
            // a request that is on its way to a connection that is closed has failed for who may not ask twice
            Duration limit = shorter(SILENCE_LIMIT, timeLeft.get().dividedBy(4));
            try {
                await(gateway.silence().of(SILENCE, limit), limit.plusSeconds(1));
            } catch (RuntimeException late) {
                LOG.warn("Connections are closed although nobody knows whether they are silent", late);
            }
        }
        // what is left is for plugins and the engine, which end after the last answer
        gateway.answersHave().accept(timeLeft.get().multipliedBy(2).dividedBy(3));
        // where the node has less time than its answers would: they are to end with a word, and not with the
        // process
        long ending = vertx.setTimer(
                Math.max(1, timeLeft.get().toMillis() / 2),
                late -> gateway.endAnswers().run());
        await(vertx.undeploy(gateway.deploymentId()));
        vertx.cancelTimer(ending);
    }

    private NodeCluster cluster() throws NodeStartException {
        NodeCluster cluster = NodeCluster.start(
                configuration,
                identity,
                Vertx.builder()
                        .withMetrics(new MicrometerMetricsFactory(meters))
                        .withTransport(new StrictTransport(connections)),
                new VertxOptions()
                        .setMetricsOptions(
                                new MicrometerMetricsOptions().setEnabled(true).setJvmMetricsEnabled(true))
                        .setFileSystemOptions(NO_FILE_CACHE));
        onStop.accept("vertx", () -> await(cluster.vertx().close()));
        return cluster;
    }

    private ClusterStorage storage(JoinedCluster joined, NodeCalls calls) throws Exception {
        if (configuration.events().durable()) {
            throw new NodeStartException(
                    "events.durable is for a node that is alone: in a cluster several nodes have the events in memory. Leave it out.",
                    null);
        }
        return new ClusterStorage(joined, calls, data.path(), meters, onStop);
    }

    private EventLog eventLog() throws NodeStartException {
        EventLog log = localLog();
        onStop.accept("event log", log::close);
        return log;
    }

    private EventLog localLog() throws NodeStartException {
        EventConfiguration events = configuration.events();
        if (!events.durable()) {
            return new LocalEventLog(events.limits(), InstantSource.system());
        }
        Path folder = data.folder("events");
        try {
            return LocalEventLog.open(folder, events.limits(), InstantSource.system());
        } catch (IOException | IllegalArgumentException e) {
            throw new NodeStartException(
                    "cannot open the log of events in " + folder + " (" + e.getMessage()
                            + "): make it readable and writable, or move it away, which begins it anew.",
                    e);
        }
    }

    /** A node that is alone has every role. */
    private boolean hasEngine() {
        ClusterSettings cluster = configuration.cluster();
        return cluster == null || cluster.roles().contains(Role.ENGINE);
    }

    private QueryEngine opened(CompletableFuture<QueryEngine> opening) throws Exception {
        onStop.accept("engine", () -> closeOnceOpen(opening));
        return steps.await(opening);
    }

    /** Of a node without an engine, for the batches that pass through it. */
    private BufferAllocator ownMemory() {
        BufferAllocator memory = new RootAllocator();
        onStop.accept("memory of batches", memory::close);
        return memory;
    }

    /** Also where the start was given up before the engine was there. */
    private static void closeOnceOpen(CompletableFuture<QueryEngine> opening) throws Exception {
        QueryEngine engine = opening.exceptionally(failed -> null).get(STEP_LIMIT_SECONDS, TimeUnit.SECONDS);
        if (engine != null) {
            engine.close();
        }
    }

    private QueryEngine openEngine() {
        return EngineOpening.open(configuration, data.path(), () -> !steps.end().isDone());
    }

    private void startPlugins(NodeCluster cluster, PluginHost host, @Nullable ClusterStorage shared) throws Exception {
        Vertx vertx = cluster.vertx();
        Future<Void> started = host.start(configuration.systemPlugins());
        onStop.accept("plugins", () -> await(started.otherwiseEmpty().compose(over -> host.stop())));
        steps.await(started);
        if (shared != null && cluster.members().self().roles().contains(Role.PLUGINS)) {
            Runnable changed = shared.keepPackages(host::packageDigests);
            host.onCatalogChange(changed);
        }
        Path bundled = configuration.homeDirectory().resolve("plugins");
        if (configuration.bundledPlugins() && Files.isDirectory(bundled)) {
            steps.await(host.installBundled(bundled));
        }
        Path own = Files.createDirectories(data.path().resolve("plugins-in"));
        Path here = Path.of("plugins").toAbsolutePath();
        deploy(
                vertx,
                "plugin folders",
                host.watching(here.equals(bundled.toAbsolutePath()) ? List.of(own) : List.of(here, own)),
                withOwnThread("plugin-folders").setThreadingModel(ThreadingModel.WORKER));
    }

    /** For what does one thing at a time and often: a thread that has just worked is quicker than one of many. */
    private static DeploymentOptions withOwnThread(String name) {
        return new DeploymentOptions().setWorkerPoolName(name).setWorkerPoolSize(1);
    }

    private void deploy(Vertx vertx, String name, Deployable verticle, DeploymentOptions options) throws Exception {
        Future<String> deployed = vertx.deployVerticle(verticle, options);
        onStop.accept(
                name,
                () -> await(
                        deployed.transform(done -> done.succeeded() ? vertx.undeploy(done.result()) : NOT_DEPLOYED)));
        steps.await(deployed);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** A step of stopping. */
    private static <T extends @Nullable Object> T await(Future<T> future) {
        return await(future, StartSteps.LIMIT);
    }

    private static <T extends @Nullable Object> T await(Future<T> future, Duration limit) {
        try {
            return future.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("A step of stopping took longer than " + limit.toSeconds() + " s.", e);
        }
    }
}
