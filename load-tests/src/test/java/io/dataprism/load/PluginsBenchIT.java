package io.dataprism.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dataprism.load.measure.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the bench works, with counts too small to say how fast anything is. */
@Tag("trial")
class PluginsBenchIT {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    static Stream<String> rows() {
        return PluginsBench.accepted().rows().stream();
    }

    @BeforeAll
    static void needs_what_the_build_makes() {
        assumeTrue(Files.isDirectory(ROOT.resolve("src/cli/target/dist/lib")), "the distribution is not built");
        assumeTrue(Files.isDirectory(ROOT.resolve("load-tests/target/peers-lib")), "the peers are not there");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void each_row_is_measured_or_says_why_not(String row) throws Exception {
        Map<String, Object> result =
                new PluginsBench(new BenchOptions(1, List.of(row), null, true, null, null), ROOT).run();
        assertThat(result).containsEntry("failed", Map.of());
        List<?> outcomes = (List<?>) result.get("rows");
        List<?> notMeasured = (List<?>) result.get("notMeasured");
        boolean missing = notMeasured.stream()
                .anyMatch(line -> line.toString().startsWith(row + ": ")
                        && !line.toString().endsWith("not asked for."));
        assertThat(outcomes).as("%s", notMeasured).matches(found -> found.isEmpty() == missing);
        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(((Outcome) outcome).ours()).isFinite());
    }

    @Test
    void a_soak_looks_again_and_again_and_judges() throws Exception {
        Map<String, Object> result =
                new PluginsBench(new BenchOptions(1, List.of(), Duration.ofSeconds(20), true, null, null), ROOT).run();
        Map<?, ?> soak = (Map<?, ?>) result.get("soak");
        assertThat(soak.get("flat")).isInstanceOf(Boolean.class);
        assertThat(soak.get("done")).asString().contains("reloads", "streams", "crashes", "calls");
    }
}
