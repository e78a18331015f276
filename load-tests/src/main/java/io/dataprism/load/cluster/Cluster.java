package io.dataprism.load.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.load.cluster.site.Program;
import io.dataprism.load.cluster.site.Site;
import io.dataprism.load.measure.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Nodes on a {@link Site}, which it closes with them. One thread at a time; calls that wait are bounded. */
public final class Cluster implements AutoCloseable {

    /** After this what has ended must be gone with all that was below it. */
    public static final Duration ORPHAN_LIMIT = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int KEY_BYTES = 32;

    private final Site site;
    private final Path folder;
    private final List<Node> nodes = new ArrayList<>();
    private final Thread atExit = new Thread(this::endNow, "cluster-at-exit");

    private Cluster(Site site, Path folder) {
        this.site = site;
        this.folder = folder;
    }

    /**
     * How nodes are started.
     *
     * @param root of the project
     * @param logs folder for the logs of nodes
     * @param name of the logs
     * @param javaOptions of their JVMs
     * @param options of {@code serve}
     * @param configuration YAML of each node
     * @param clustered whether they have a cluster file; false: each is alone, to test what does not need others
     */
    public record Plan(
            Path root,
            Path logs,
            String name,
            List<String> javaOptions,
            List<String> options,
            String configuration,
            boolean clustered) {

        public Plan {
            javaOptions = List.copyOf(javaOptions);
            options = List.copyOf(options);
        }
    }

    /** Prepares the nodes; none runs yet. Closes the site where it fails. */
    public static Cluster prepare(Site site, Plan plan) throws IOException {
        try {
            Cluster cluster = new Cluster(site, Folders.make());
            Runtime.getRuntime().addShutdownHook(cluster.atExit);
            cluster.makeNodes(plan);
            return cluster;
        } catch (IOException failed) {
            site.close();
            throw failed;
        }
    }

    private void makeNodes(Plan plan) throws IOException {
        Files.createDirectories(plan.logs);
        Path key = folder.resolve("cluster.key");
        byte[] secret = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(secret);
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, Base64.getEncoder().encodeToString(secret));
        Path certificates = folder.resolve("certificates");
        if (plan.clustered && site.isOpen()) {
            makeCertificates(plan.root, certificates);
        }
        ClusterFile file = new ClusterFile("faults-" + ProcessHandle.current().pid(), key, certificates);
        for (int each = 0; each < site.size(); each++) {
            nodes.add(node(plan, each, file.text(site, each)));
        }
    }

    private void makeCertificates(Path root, Path certificates) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(root.resolve("dataprism").toString(), "cluster", "certs", "--out", certificates.toString()));
        for (int each = 0; each < site.size(); each++) {
            command.add("--node");
            command.add(nameOf(each) + ":" + site.place(each).bind());
        }
        Program.run(command);
    }

    private Node node(Plan plan, int number, String cluster) throws IOException {
        String name = nameOf(number);
        Path data = Files.createDirectories(folder.resolve(name));
        Path temporary = Files.createDirectories(folder.resolve(name + "-tmp"));
        Path configuration = Files.writeString(folder.resolve(name + ".yaml"), plan.configuration);
        Path clusterFile = Files.writeString(folder.resolve(name + "-cluster.yaml"), cluster);
        Path log = plan.logs.resolve(plan.name + "-" + name + ".log");
        Files.deleteIfExists(log);
        List<String> command = new ArrayList<>(site.place(number).before());
        command.addAll(List.of(plan.root.resolve("dataprism").toString(), "serve"));
        command.addAll(List.of("--host", site.place(number).host()));
        command.addAll(List.of("--port", Integer.toString(site.place(number).port())));
        command.addAll(List.of("--data-dir", data.toString(), "--config", configuration.toString()));
        if (plan.clustered) {
            command.addAll(List.of("--cluster", clusterFile.toString()));
        }
        command.addAll(plan.options);
        String options = System.getenv().getOrDefault("DATAPRISM_JAVA_OPTIONS", "") + " "
                + String.join(" ", plan.javaOptions) + " -Djava.io.tmpdir=" + temporary;
        NodeProcess process = new NodeProcess(
                command, Map.of("DATAPRISM_JAVA_OPTIONS", options.strip()), log, folder.resolve(Folders.REGISTER));
        return new Node(name, site.place(number), data, process);
    }

    static String nameOf(int node) {
        return "node-" + (node + 1);
    }

    /** Starts the first, then the others at once, and waits until each sees all. */
    public void startAll(Duration membersLimit) throws IOException, InterruptedException {
        nodes.getFirst().start();
        startMissing(membersLimit);
    }

    /** Starts those that do not run, and waits until each sees all. */
    public void startMissing(Duration membersLimit) throws IOException, InterruptedException {
        List<Node> missing = nodes.stream().filter(node -> !node.isAlive()).toList();
        for (Node node : missing) {
            node.begin();
        }
        for (Node node : missing) {
            node.awaitReady();
        }
        awaitMembers(membersLimit);
    }

    public Site site() {
        return site;
    }

    public Node node(int number) {
        return nodes.get(number);
    }

    public List<Node> nodes() {
        return List.copyOf(nodes);
    }

    /** Those that run and are not frozen. */
    public List<Node> running() {
        return nodes.stream().filter(node -> node.isAlive() && !node.isFrozen()).toList();
    }

    /** Waits until each running node sees exactly the running nodes. */
    public void awaitMembers(Duration limit) throws IOException, InterruptedException {
        int expected = running().size();
        await(limit, "each of " + expected + " nodes sees all of them and no others", () -> {
            Set<Set<String>> views = new HashSet<>();
            for (Node node : running()) {
                views.add(members(node));
            }
            return views.size() == 1 && views.iterator().next().size() == expected;
        });
    }

    /** Whom a node sees, by id; nobody where it does not answer. */
    public static Set<String> members(Node node) {
        Set<String> ids = new TreeSet<>();
        try {
            for (JsonNode member :
                    node.api().get("/v1/cluster").expect(200).json().path("members")) {
                ids.add(member.path("id").asText());
            }
        } catch (IOException unanswered) {
            ids.clear();
        }
        return ids;
    }

    /** Waits until no process runs that has outlived its node. */
    public void awaitNoOrphans() throws IOException, InterruptedException {
        await(
                ORPHAN_LIMIT,
                "no process of a plugin outlives its node",
                () -> orphans().isEmpty());
    }

    /** What outlives its node now. */
    public List<ProcessHandle> orphans() {
        return nodes.stream().flatMap(node -> node.orphans().stream()).toList();
    }

    /** Waits until something holds. @throws IOException where it does not within the limit */
    public static void await(Duration limit, String what, Await.Condition condition)
            throws IOException, InterruptedException {
        if (!Await.atMost(limit, LOOK, condition)) {
            throw new IOException("It does not hold within " + limit.toSeconds() + " s that " + what + ".");
        }
    }

    private void endNow() {
        nodes.forEach(Node::endNow);
        try {
            site.close();
        } catch (IOException e) {
            System.err.println("  the site could not be taken away: " + e);
        }
    }

    /** Ends all nodes in order, and takes everything away. */
    @Override
    public void close() throws IOException, InterruptedException {
        try {
            if (site.canCut()) {
                site.heal();
            }
            List<Thread> ends = new ArrayList<>();
            for (Node node : nodes) {
                ends.add(Thread.ofPlatform().daemon().start(() -> end(node)));
            }
            for (Thread end : ends) {
                end.join(Node.STOP_LIMIT.plusSeconds(10));
            }
        } finally {
            nodes.forEach(Node::endNow);
            site.close();
            Folders.delete(folder);
            Runtime.getRuntime().removeShutdownHook(atExit);
        }
    }

    private static void end(Node node) {
        try {
            node.end();
        } catch (IOException e) {
            System.err.println("  " + node.name() + " could not be ended: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
