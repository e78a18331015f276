package io.dataprism.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the bench works, with counts too small to say how fast anything is. */
@Tag("trial")
class EventsBenchIT {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    static Stream<String> rows() {
        return Stream.of(
                "fan-out",
                "fan-out-sse",
                "log",
                "resume"); // the others are made of the same parts, and take their time
    }

    @BeforeAll
    static void needs_what_the_build_makes() {
        assumeTrue(Files.isDirectory(ROOT.resolve("src/cli/target/dist/lib")), "the distribution is not built");
        assumeTrue(Files.isDirectory(ROOT.resolve("load-tests/target/peers-lib")), "the peers are not there");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void each_row_is_measured_or_says_why_not(String row) throws Exception {
        JsonNode result = new ObjectMapper()
                .valueToTree(new EventsBench(new BenchOptions(1, List.of(row), null, true, null, null), ROOT).run());
        assertThat(result.path("failed")).isEmpty();
        List<String> lines = new ArrayList<>();
        result.path("notMeasured").forEach(line -> lines.add(line.asText()));
        boolean missing =
                lines.stream().anyMatch(line -> line.startsWith(row + ": ") && !line.endsWith("not asked for."));
        assertThat(result.path("rows").isEmpty()).as("%s", result).isEqualTo(missing);
        assertThat(result.path("rows")).allSatisfy(outcome -> {
            assertThat(outcome.path("row").asText()).isEqualTo(row);
            assertThat(outcome.path("ours").isNumber()).isTrue();
            assertThat(outcome.path("more").has("againstAmiss"))
                    .as("%s", outcome)
                    .isFalse();
        });
    }

    @Test
    void a_soak_replaces_connections_and_loses_nothing() throws Exception {
        JsonNode soak = new ObjectMapper()
                .valueToTree(
                        new EventsBench(new BenchOptions(1, List.of(), Duration.ofSeconds(5), true, null, null), ROOT)
                                .run())
                .path("soak");
        assertThat(soak.path("amiss").asText()).isEmpty();
        assertThat(soak.path("done").path("connectionsReplaced").asLong()).isPositive();
        assertThat(soak.path("done").path("delivered").asLong()).isPositive();
        assertThat(soak.path("descriptorsGivenBack").asBoolean()).as("%s", soak).isTrue();
    }
}
