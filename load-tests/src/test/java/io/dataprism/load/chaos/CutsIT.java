package io.dataprism.load.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dataprism.load.cluster.Cluster;
import io.dataprism.load.cluster.Node;
import io.dataprism.load.cluster.NodeApi;
import io.dataprism.load.cluster.site.NamespaceSite;
import io.dataprism.load.cluster.site.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What three nodes promise when they do not reach each other, under load. Each is in a network of its own; needs root. */
@Tag("trial")
class CutsIT {

    private static final int RATE = Integer.getInteger("dataprism.faults.rate", 60);
    /** Beyond the heartbeat's timeout; the contract's own minute takes too long here. */
    private static final Duration CUT = Duration.ofSeconds(Integer.getInteger("dataprism.faults.cutSeconds", 20));

    private static final Duration MISSED = Duration.ofSeconds(20);
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration WARM = Duration.ofMinutes(3);
    private static final int ALONE = 2;

    private static FaultLab lab;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Files.isDirectory(TrialIT.ROOT.resolve("src/cli/target/dist/lib")), "the distribution is not built");
        assumeTrue(Namespaces.missing().isEmpty(), Namespaces.missing());
        lab = FaultLab.open(TrialIT.ROOT, NamespaceSite.of(3), "cuts", true);
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
    }

    @Test
    void a_minority_refuses_changes_the_majority_goes_on_and_all_converge_within_30_seconds_after_the_cut()
            throws Exception {
        Cluster cluster = lab.cluster();
        try (Trial trial = Trial.begin(lab, lab.load(RATE, RATE))) {
            trial.workAtPace(RATE, WARM);
            trial.during("node 3 is cut off from the others", FaultKind.CUT, () -> {
                cluster.site().cut(List.of(Set.of(0, 1), Set.of(ALONE)));
                long cut = System.nanoTime();
                Node alone = cluster.node(ALONE);
                Cluster.await(MISSED, "the minority refuses changes", () -> {
                    NodeApi.Answer refused = change(alone, 0);
                    return refused.status() == 503 && refused.code().equals("NO_MAJORITY");
                });
                Cluster.await(
                        MISSED,
                        "the majority takes changes",
                        () -> change(cluster.node(0), 1).status() == 200);
                assertThat(alone.api().get("/v1/plugins").status())
                        .as("the minority goes on answering")
                        .isEqualTo(200);
                assertThat(alone.api(lab.token()).query("select 1 as one").status())
                        .isEqualTo(200);
                Duration left = CUT.minusNanos(System.nanoTime() - cut);
                trial.work(left.isNegative() ? Duration.ZERO : left);
                cluster.site().heal();
                cluster.awaitMembers(FaultLab.CONVERGED);
            });
            trial.workUntilPublished(RATE, LIMIT);
            Trial.Found found = trial.end();
            assertThat(found.verdict().holds()).as(found.text()).isTrue();
            assertThat(found.settledMillis()).as(found.text()).isLessThan(FaultLab.CONVERGED.toMillis());
        }
    }

    @Test
    void a_node_that_was_frozen_comes_back_its_plugins_are_not_left_doubled_and_the_others_go_on_meanwhile()
            throws Exception {
        Cluster cluster = lab.cluster();
        Node frozen = cluster.node(ALONE);
        try (Trial trial = Trial.begin(lab, lab.load(RATE, RATE))) {
            trial.workAtPace(RATE, WARM);
            trial.during("node 3 stands still", FaultKind.FREEZE, frozen.name(), () -> {
                frozen.freeze();
                long freeze = System.nanoTime();
                try {
                    Cluster.await(
                            MISSED,
                            "the others take changes",
                            () -> change(cluster.node(0), 2).status() == 200);
                    trial.workUntilPublished(RATE, LIMIT);
                    Duration left = CUT.minusNanos(System.nanoTime() - freeze);
                    trial.work(left.isNegative() ? Duration.ZERO : left);
                    assertThat(change(cluster.node(1), 3).status())
                            .as("the others still take changes")
                            .isEqualTo(200);
                } finally {
                    frozen.thaw();
                }
                cluster.awaitMembers(FaultLab.CONVERGED);
            });
            trial.workUntilPublished(RATE, LIMIT);
            Trial.Found found = trial.end();
            assertThat(found.verdict().holds()).as(found.text()).isTrue();
            assertThat(found.settledMillis()).as(found.text()).isLessThan(FaultLab.CONVERGED.toMillis());
        }
    }

    /** Of what no other operator changes. */
    private static NodeApi.Answer change(Node node, int round) throws IOException {
        return node.api().put("/v1/plugins/called-1/configuration", "{\"round\":" + round + "}");
    }
}
