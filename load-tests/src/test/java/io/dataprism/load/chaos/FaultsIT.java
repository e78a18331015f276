package io.dataprism.load.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.load.cluster.Cluster;
import io.dataprism.load.cluster.Node;
import io.dataprism.load.cluster.NodeApi;
import io.dataprism.load.cluster.site.LoopbackSite;
import io.dataprism.load.history.End;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What three nodes promise when processes end, under load. They are started once; each test begins with all of them well. */
@Tag("trial")
class FaultsIT {

    private static final int RATE = Integer.getInteger("dataprism.faults.rate", 20);
    private static final Duration TAKEN_OVER = Duration.ofSeconds(3);
    private static final Duration JOINED = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration WARM = Duration.ofMinutes(3);

    private static FaultLab lab;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Files.isDirectory(TrialIT.ROOT.resolve("src/cli/target/dist/lib")), "the distribution is not built");
        lab = FaultLab.open(TrialIT.ROOT, LoopbackSite.of(3), "faults", true);
        lab.warmUp(100);
    }

    @AfterAll
    static void end() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    @BeforeEach
    void all_are_well() throws Exception {
        lab.cluster().startMissing(FaultLab.FORMED);
        Looks looks = new Looks(lab.cluster());
        Cluster.await(FaultLab.CONVERGED, "all replicas run before there is trouble", () -> {
            Map<String, Integer> running = Places.of(lab.cluster());
            return looks.end().asked().entrySet().stream()
                    .allMatch(each -> running.getOrDefault(each.getKey(), 0).equals(each.getValue()));
        });
    }

    @Test
    void a_killed_nodes_plugins_are_active_elsewhere_and_no_idempotent_call_and_no_acknowledged_event_is_lost()
            throws Exception {
        Node victim = busiest();
        Set<String> lost = victim.plugins().keySet();
        assertThat(lost).isNotEmpty();
        try (Trial trial = Trial.begin(lab, lab.load(RATE, RATE))) {
            trial.workAtPace(RATE, WARM);
            Duration usual = lab.startOfOthers(lost.size());
            List<Duration> took = new ArrayList<>();
            trial.during("kill -9 of " + victim.name(), FaultKind.KILL, () -> {
                long killed = System.nanoTime();
                victim.kill();
                awaitAnswers(survivor(victim), lost);
                took.add(Duration.ofNanos(System.nanoTime() - killed));
                Cluster.await(
                        FaultLab.CONVERGED,
                        "the plugins of the killed node are active elsewhere",
                        () -> areActive(survivor(victim), lost));
            });
            System.err.println(
                    "  " + lost.size() + " plugins were active elsewhere after " + took + ", others take " + usual);
            trial.workUntilPublished(RATE, LIMIT);
            Trial.Found found = trial.end();
            assertThat(found.verdict().holds()).as(found.text()).isTrue();
            assertThat(took.getFirst())
                    .as("until %s are active elsewhere; as many others took %s", lost, usual)
                    .isLessThan(longer(TAKEN_OVER, usual.multipliedBy(2)));
        }
    }

    @Test
    void a_node_that_joins_with_an_empty_disk_has_catalog_and_packages_and_serves_calls_within_10_seconds()
            throws Exception {
        Node node = lab.cluster().node(2);
        node.stop();
        long before = System.nanoTime();
        node.start();
        Duration usual = Duration.ofNanos(System.nanoTime() - before);
        lab.cluster().awaitMembers(FaultLab.CONVERGED);
        node.kill();
        node.wipe();
        lab.cluster().awaitMembers(FaultLab.CONVERGED);
        long start = System.nanoTime();
        node.start();
        Cluster.await(
                FaultLab.CONVERGED,
                "the node that joined serves calls of all plugins, and queries",
                () -> answers(node, lab.plugins())
                        && node.api(lab.token())
                                        .query("select count(*) as n from " + FaultLab.TABLE)
                                        .status()
                                == 200);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("with its disk it took %s", usual)
                .isLessThan(longer(JOINED, usual.multipliedBy(2)));
        Looks looks = new Looks(lab.cluster());
        Cluster.await(
                JOINED,
                "the catalog is the same on all nodes",
                () -> Set.copyOf(looks.end().catalogs().values()).size() == 1);
    }

    @Test
    void a_rolling_restart_under_load_fails_no_call_and_tells_no_gap() throws Exception {
        try (Trial trial = Trial.begin(lab, lab.load(RATE, RATE))) {
            Faults faults = new Faults(trial, lab.cluster());
            trial.workAtPace(RATE, WARM);
            for (int node = 0; node < 3; node++) {
                trial.workUntilPublished(RATE, LIMIT);
                faults.happen(FaultKind.RESTART, node, Duration.ofMillis(100));
            }
            trial.workUntilPublished(RATE, LIMIT);
            Trial.Found found = trial.end();
            assertThat(found.verdict().holds()).as(found.text()).isTrue();
            assertThat(found.history().calls()).as("failed calls").isEmpty();
        }
    }

    @Test
    void two_of_three_that_are_killed_and_then_all_restarted_have_catalog_grants_datasets_and_audit_as_before()
            throws Exception {
        Cluster cluster = lab.cluster();
        End before = new Looks(cluster).end();
        Set<String> audited = audit(cluster.node(0).api());
        try (Trial trial = Trial.begin(lab, lab.load(0, RATE).withoutChanges())) {
            trial.workAtPace(RATE, WARM);
            trial.during("two of three killed, then all restarted", FaultKind.MOST_KILLED, () -> {
                cluster.node(1).kill();
                cluster.node(2).kill();
                cluster.node(0).stop();
                cluster.startMissing(FaultLab.FORMED);
            });
            trial.workUntilPublished(RATE, LIMIT);
            Trial.Found found = trial.end();
            assertThat(found.verdict().holds()).as(found.text()).isTrue();
            assertThat(found.history().end().catalogs()).isEqualTo(before.catalogs());
        }
        for (Node node : cluster.nodes()) {
            assertThat(audit(node.api())).as("audit through %s", node.name()).containsAll(audited);
        }
        JsonNode verified =
                cluster.node(1).api().post("/v1/audit/verify").expect(200).json();
        assertThat(verified.path("nodes"))
                .hasSize(3)
                .allSatisfy(node ->
                        assertThat(node.path("ok").asBoolean()).as("%s", node).isTrue());
    }

    @Test
    void no_process_of_a_plugin_outlives_its_node() throws Exception {
        Node victim = busiest();
        assertThat(victim.plugins()).isNotEmpty();
        victim.kill();
        lab.cluster().awaitNoOrphans();
    }

    /** What is promised, or what follows from how long this machine takes for anything that is like it. */
    private static Duration longer(Duration promised, Duration here) {
        return promised.compareTo(here) < 0 ? here : promised;
    }

    private static Node busiest() {
        return lab.cluster().nodes().stream()
                .max(Comparator.comparingInt(node -> node.plugins().size()))
                .orElseThrow();
    }

    private static Node survivor(Node victim) {
        return lab.cluster().running().stream()
                .filter(node -> node != victim)
                .findFirst()
                .orElseThrow();
    }

    /** Until each of them has answered once: who looks at one after the other measures himself, on a machine that is busy. */
    private static void awaitAnswers(Node node, Set<String> plugins) throws Exception {
        CompletableFuture<?>[] answered = plugins.stream()
                .map(plugin -> CompletableFuture.runAsync(() -> awaitAnswer(node, plugin)))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(answered).get(FaultLab.CONVERGED.toSeconds(), TimeUnit.SECONDS);
    }

    private static void awaitAnswer(Node node, String plugin) {
        try {
            Cluster.await(FaultLab.CONVERGED, plugin + " answers", () -> answers(node, Set.of(plugin)));
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static boolean areActive(Node node, Set<String> plugins) throws IOException {
        for (String plugin : plugins) {
            NodeApi.Answer answer = node.api().get("/v1/plugins/" + plugin);
            if (!answer.json().path("state").asText().equals("active")
                    || Places.of(lab.cluster()).getOrDefault(plugin, 0) == 0) {
                return false;
            }
        }
        return answers(node, plugins);
    }

    private static boolean answers(Node node, Collection<String> plugins) throws IOException {
        for (String plugin : plugins) {
            NodeApi.Answer answer =
                    node.api(lab.token()).post("/v1/plugins/" + plugin + "/operations/echo", "{\"params\":{\"n\":1}}");
            if (answer.status() != 200) {
                return false;
            }
        }
        return true;
    }

    /** The lines about what operators did, which no later run changes. */
    private static Set<String> audit(NodeApi api) throws IOException {
        Set<String> lines = new TreeSet<>();
        for (String line : api.lines("/v1/audit?action=grant&limit=1000")) {
            lines.add(line.replaceAll("\"cursor\":\"[^\"]*\"", ""));
        }
        return lines;
    }
}
