package io.dataprism.load.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dataprism.load.cluster.site.LoopbackSite;
import io.dataprism.load.history.Call;
import io.dataprism.load.history.Item;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The harness itself, with one node that is alone: nothing is wrong where nothing happens, and what happens is seen. */
@Tag("trial")
class TrialIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @BeforeAll
    static void needs_what_the_build_makes() {
        assumeTrue(Files.isDirectory(ROOT.resolve("src/cli/target/dist/lib")), "the distribution is not built");
    }

    @Test
    void clients_of_a_node_that_is_well_see_nothing_and_those_of_one_that_dies_see_what_it_lost() throws Exception {
        try (FaultLab lab = FaultLab.open(ROOT, LoopbackSite.of(1), "trial", false)) {
            lab.warmUp(100);
            Trial.Found well;
            try (Trial trial = Trial.begin(lab, lab.load(100, 100))) {
                trial.workUntilPublished(200, LIMIT);
                well = trial.end();
            }
            assertThat(well.verdict().holds()).as(well.text()).isTrue();
            assertThat(well.history().publications()).hasSizeGreaterThanOrEqualTo(200);
            assertThat(well.history().followed())
                    .hasSize(4)
                    .allSatisfy(
                            (follower, items) -> assertThat(items).as(follower).hasSizeGreaterThanOrEqualTo(200));

            try (Trial trial = Trial.begin(lab, lab.load(100, 100))) {
                trial.workUntilPublished(100, LIMIT);
                new Faults(trial, lab.cluster()).happen(FaultKind.KILL, 0, Duration.ofMillis(1));
                trial.workUntilPublished(100, LIMIT);
                Trial.Found dead = trial.end();
                // a node that is alone keeps events in memory: they are lost, that is told, and here it is not allowed
                assertThat(dead.verdict().holds()).as(dead.text()).isFalse();
                assertThat(dead.history().followed())
                        .allSatisfy((follower, items) -> assertThat(items).hasAtLeastOneElementOfType(Item.Gap.class));
                assertThat(dead.verdict().violations())
                        .as(dead.text())
                        .containsEntry("acknowledged changes are kept", List.of())
                        .containsEntry("nothing is left of what has ended", List.of());
                assertThat(dead.history().calls())
                        .as("clients come back when there is no other gateway")
                        .noneMatch(call -> call.kind() == Call.Kind.QUERY);
            }
        }
    }
}
