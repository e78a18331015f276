package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.member.TestCluster;
import io.dataprism.core.catalog.Catalog;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Hosts of a real cluster in this process, which have one catalog. */
final class TestHosts implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final TestCluster cluster;
    private final Path folder;
    private final Catalog catalog;
    private final MemoryStreams streams = new MemoryStreams();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean majority = true;
    private final Map<String, TestNode> hosts = new LinkedHashMap<>();
    private final Map<String, TestCluster.Node> nodes = new LinkedHashMap<>();

    TestHosts(Path folder, int most) throws Exception {
        this.folder = folder;
        this.cluster = new TestCluster(folder.resolve("members"), most, null);
        this.catalog = Catalog.open(Files.createDirectories(folder.resolve("shared")), "0.1.0");
    }

    /** One more host, as a member that all see. */
    TestNode add(String id) throws Exception {
        TestCluster.Node node = cluster.add(id);
        nodes.put(id, node);
        HostCluster view =
                new HostCluster(new Seen(node.joined().members()), node.joined().states(), node.calls());
        TestNode host = new TestNode(folderOf(id), node.vertx(), view, streams);
        hosts.put(id, host);
        await().atMost(TIMEOUT)
                .until(() -> nodes.values().stream()
                        .allMatch(each -> each.joined().members().all().size() == nodes.size()));
        TestNode.await(host.host.start(List.of(), () -> catalog));
        await().atMost(TIMEOUT)
                .until(() -> nodes.values().stream()
                        .allMatch(each -> nodes.keySet().stream()
                                .noneMatch(other -> each.joined()
                                        .states()
                                        .of(other, InstanceReports.SECTION)
                                        .isEmpty())));
        return host;
    }

    private Path folderOf(String id) throws IOException {
        return Files.createDirectories(folder.resolve(id).resolve("data")).getParent();
    }

    TestNode host(String id) {
        return hosts.get(id);
    }

    Set<String> ids() {
        return new TreeSet<>(hosts.keySet());
    }

    Catalog catalog() {
        return catalog;
    }

    /** Another than that. */
    TestNode other(String id) {
        return hosts.get(
                ids().stream().filter(each -> !each.equals(id)).findFirst().orElseThrow());
    }

    /** The nodes that have an active instance, as all hosts see it. */
    Set<String> active(String plugin) throws Exception {
        Set<Set<String>> seen = new HashSet<>();
        for (TestNode host : hosts.values()) {
            seen.add(host.as(TestNode.ADMIN, () -> host.host.get(plugin)).getJsonArray("instances").stream()
                    .map(each -> (JsonObject) each)
                    .filter(each -> each.getString("state").equals("active"))
                    .map(each -> each.getString("node"))
                    .collect(Collectors.toCollection(TreeSet::new)));
        }
        return seen.size() == 1 ? seen.iterator().next() : Set.of();
    }

    void awaitActive(String plugin, int count, Duration within) {
        await().atMost(within).untilAsserted(() -> assertThat(active(plugin)).hasSize(count));
    }

    /** The node says that it is about to leave. */
    void announceDraining(String id) {
        TestCluster.Node node = nodes.get(id);
        Member self = node.joined().members().self();
        node.joined()
                .become(new Member(
                        self.id(),
                        self.incarnation(),
                        self.address(),
                        self.roles(),
                        self.labels(),
                        self.version(),
                        self.data(),
                        self.peer(),
                        true));
    }

    /** All nodes see no majority any more, or see it again. */
    void majority(boolean there) {
        majority = there;
        listeners.forEach(Runnable::run);
    }

    /** The members as they are, and a majority as the test has it. */
    private final class Seen implements Members {

        private final Members real;

        Seen(Members real) {
            this.real = real;
        }

        @Override
        public Member self() {
            return real.self();
        }

        @Override
        public List<Member> all() {
            return real.all();
        }

        @Override
        public boolean hasMajority() {
            return majority && real.hasMajority();
        }

        @Override
        public void onChange(Runnable listener) {
            listeners.add(listener);
            real.onChange(listener);
        }
    }

    /** Ends without a word, and its children with it. */
    void kill(String id) {
        nodes.remove(id).crash();
        hosts.remove(id).processes.close();
    }

    @Override
    public void close() throws Exception {
        for (TestNode host : hosts.values()) {
            TestNode.await(host.host.stop());
        }
        cluster.close();
    }
}
