package io.dataprism.load.chaos;

import io.dataprism.load.cluster.Cluster;
import io.dataprism.load.cluster.Node;
import io.dataprism.load.cluster.NodeApi;
import io.dataprism.load.cluster.site.Site;
import io.dataprism.load.plugin.Packages;
import io.dataprism.load.traffic.Gateway;
import io.dataprism.load.traffic.Load;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A running cluster with plugins to call, a table to query, and a token that all its gateways take. One thread. */
public final class FaultLab implements AutoCloseable {

    /** Heartbeats, a merge and the repair of what hints missed. */
    public static final Duration CONVERGED = Duration.ofSeconds(30);

    /** Until a cluster has formed, on a machine that is busy. */
    public static final Duration FORMED = Duration.ofSeconds(60);

    private static final Duration WARM = Duration.ofSeconds(90);

    static final String TABLE = "fault_rows";
    static final int ROWS = 1000;
    static final String CHANGING = "changing";
    private static final String OPERATION_TIME = "5s";
    private static final int SINGLES = 3;
    private static final int SPARES = 5;
    private static final Duration STARTED = Duration.ofSeconds(60);
    private static final int WARM_UP_RATE = 50;
    private static final int EVENTS_OF_A_PUBLISHER = 25;
    private static final String DOUBLE = "called-twice";
    private static final String CONFIGURATION = """
            sample: false
            plugins: {bundled: false, system: []}
            limits:
              failedSignInsPerMinute: 100000
              openQueryStreams: 256
            """;

    private final Cluster cluster;
    private final Path packages;
    private final String token;
    private final boolean clustered;
    private final List<String> plugins = new ArrayList<>();

    private FaultLab(Cluster cluster, Path packages, String token, boolean clustered) {
        this.cluster = cluster;
        this.packages = packages;
        this.token = token;
        this.clustered = clustered;
    }

    /**
     * Starts it all. Takes the site, and closes it.
     *
     * @param name of its logs
     * @param clustered whether the nodes know each other; false: the first alone is used, to test what does not need others
     */
    public static FaultLab open(Path root, Site site, String name, boolean clustered)
            throws IOException, InterruptedException {
        Cluster cluster = Cluster.prepare(
                site,
                new Cluster.Plan(
                        root,
                        root.resolve("load-tests/target/logs"),
                        name,
                        List.of(),
                        List.of(),
                        CONFIGURATION,
                        clustered));
        try {
            cluster.startAll(FORMED);
            NodeApi first = cluster.node(0).api();
            String token = first.post(
                            "/v1/tokens",
                            "{\"sub\": \"load\", \"roles\": [\"operator\", \"analyst\", \"subscriber\"], \"ttlSeconds\": 86400}")
                    .expect(201)
                    .json()
                    .path("token")
                    .asText();
            FaultLab lab = new FaultLab(cluster, Files.createTempDirectory("dataprism-packages"), token, clustered);
            lab.fill(first);
            return lab;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            cluster.close();
            throw failed;
        }
    }

    private void fill(NodeApi api) throws IOException {
        Packages made = new Packages(packages);
        for (int each = 1; each <= SINGLES; each++) {
            plugins.add("called-" + each);
        }
        if (clustered) {
            plugins.add(DOUBLE);
        }
        for (String plugin : plugins) {
            api.add(plugin, made.called(plugin, OPERATION_TIME));
        }
        if (clustered) {
            api.put("/v1/plugins/" + DOUBLE + "/deployment", "{\"replicas\": 2}")
                    .expect(200);
        }
        for (int each = 1; each <= SPARES; each++) {
            api.register(made.called(spare(each), OPERATION_TIME));
            api.put("/v1/plugins/" + spare(each) + "/grants", "{\"approve\": \"requested\"}")
                    .expect(200);
        }
        // never active: its configuration alone is of interest
        api.register(made.called(CHANGING, OPERATION_TIME));
        StringBuilder csv = new StringBuilder("a\n");
        for (int row = 0; row < ROWS; row++) {
            csv.append(row).append('\n');
        }
        api.load(TABLE, csv.toString());
    }

    private static String spare(int number) {
        return "spare-" + number;
    }

    /**
     * How long this machine takes, with all that it has to do now, until as many other plugins are active as are to begin elsewhere when a
     * node dies. They end before this is back.
     */
    public Duration startOfOthers(int count) throws IOException, InterruptedException {
        List<String> others = IntStream.rangeClosed(1, Math.min(count, SPARES))
                .mapToObj(FaultLab::spare)
                .toList();
        NodeApi api = cluster.running().getFirst().api();
        long began = System.nanoTime();
        List<CompletableFuture<Void>> begun = others.stream()
                .map(other -> CompletableFuture.runAsync(() -> activate(api, other)))
                .toList();
        try {
            CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new)).get(STARTED.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IOException("Other plugins could not be activated.", failed);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        for (String other : others) {
            api.post("/v1/plugins/" + other + "/unload").expect(200);
        }
        return took;
    }

    private static void activate(NodeApi api, String plugin) {
        try {
            api.post("/v1/plugins/" + plugin + "/activate").expect(200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Cluster cluster() {
        return cluster;
    }

    /** Good at every gateway. */
    public String token() {
        return token;
    }

    /** Those that are active. */
    public List<String> plugins() {
        return List.copyOf(plugins);
    }

    /** Whom clients can ask. */
    List<Gateway> gateways() {
        return cluster.nodes().stream()
                .filter(Node::isAlive)
                .map(node -> new Gateway(
                        node.name(), node.place().host(), node.place().port()))
                .toList();
    }

    /** Calls, events, queries and changes at once. */
    public Load load(int callsPerSecond, int eventsPerSecond) {
        return new Load(
                callsPerSecond,
                eventsPerSecond,
                Math.max(4, eventsPerSecond / EVENTS_OF_A_PUBLISHER),
                4,
                plugins,
                Duration.ofSeconds(Long.parseLong(OPERATION_TIME.replace("s", ""))),
                TABLE,
                ROWS,
                CHANGING);
    }

    /** Lets clients work for a while, so that nothing that is measured later is a first time. */
    public void warmUp(int events) throws Exception {
        try (Trial trial = Trial.begin(this, load(WARM_UP_RATE, WARM_UP_RATE))) {
            trial.workUntilPublished(events, WARM);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try (Stream<Path> files = Files.walk(packages)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } finally {
            cluster.close();
        }
    }
}
