package io.dataprism.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dataprism.load.measure.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** That the bench works, with counts too small to say how fast anything is. */
@Tag("trial")
class ClusterBenchIT {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @Test
    void each_row_is_measured() throws Exception {
        assumeTrue(Files.isDirectory(ROOT.resolve("src/cli/target/dist/lib")), "the distribution is not built");
        Map<String, Object> result =
                new ClusterBench(new BenchOptions(1, List.of(), null, true, null, null), ROOT).run();
        assertThat(result).containsEntry("failed", Map.of());
        assertThat((List<?>) result.get("rows"))
                .isNotEmpty()
                .allSatisfy(outcome -> assertThat(((Outcome) outcome).ours()).isFinite());
    }
}
