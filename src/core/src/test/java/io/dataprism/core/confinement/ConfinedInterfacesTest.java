package io.dataprism.core.confinement;

import static io.dataprism.core.confinement.Sandboxes.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.Call;
import io.dataprism.core.confinement.PluginProcess.Extras;
import io.dataprism.core.confinement.PluginProcess.Kind;
import io.dataprism.core.confinement.PluginProcess.Reading;
import io.dataprism.core.confinement.PluginProcess.Run;
import io.dataprism.core.confinement.PluginProcess.ViewAction;
import io.dataprism.core.confinement.PluginProcess.ViewStep;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ExportFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Every method of every category's interface, in a real child. */
class ConfinedInterfacesTest {

    private static final RecordingDoor door = new RecordingDoor();
    private static final Map<String, Object> MANIFEST = Map.of(
            "author", "Ada",
            "keywords", List.of("all"),
            "dependencies", List.of(Map.of("name", "calendar", "version", "^1.0.0")),
            "permissions", List.of(Map.of("resource", "data", "access", "read")),
            "operations", List.of(Map.of("name", "read", "kind", "dataset")),
            "schedules", List.of(Map.of("name", "nightly", "operation", "read", "cron", "0 3 * * *")));

    private static Sandboxes sandboxes;
    private static PluginProcess process;

    @BeforeAll
    static void open() throws IOException {
        sandboxes = new Sandboxes();
        process = started("integration");
    }

    @AfterAll
    static void closeAndProveThatNothingIsLeft() {
        sandboxes.close();
    }

    @Test
    void aPluginReadsItsOwnManifest() {
        assertThat(value("manifest", Map.of(), null))
                .isEqualTo(List.of("everything", "Ada", "dataset", false, "^1.0.0", "*", "0 3 * * *", List.of("all")));
    }

    @Test
    @SuppressWarnings("unchecked")
    void aPluginSaysWhatItCanDo() {
        Map<String, Object> told = process.describe().block(BOUND);

        assertThat(told.get("capabilities"))
                .isEqualTo(List.of(Map.of("name", "anything", "description", "Does anything.")));
        assertThat(told.get("dataTypes")).isEqualTo(List.of("integer"));
        assertThat((List<Map<String, Object>>) told.get("processing"))
                .singleElement()
                .satisfies(one -> assertThat(one).containsEntry("complexity", "low"));
        assertThat((List<Map<String, Object>>) told.get("visualizations"))
                .singleElement()
                .satisfies(one -> assertThat(one).containsEntry("category", "custom"));
        assertThat((List<Map<String, Object>>) told.get("interactions"))
                .singleElement()
                .satisfies(one -> assertThat(one).containsEntry("events", List.of("pointermove")));
    }

    @Test
    void aPluginSaysHowItFeels() {
        PluginProcess own = started("utility");

        assertThat(own.health().block(BOUND))
                .isEqualTo(new PluginProcess.Pulse(
                        true, "", Map.of("operations", 1, "rowsIn", 2, "rowsOut", 3, "failures", 4, "busyMillis", 5)));
        value(own, "sicken", Map.of(), null, Extras.NONE);
        assertThat(own.health().block(BOUND).detail()).isEqualTo("The other side is gone.");
        value(own, "fall-silent", Map.of(), null, Extras.NONE);
        assertThat(own.health().block(BOUND).detail()).contains("how it feels");
        own.close();
    }

    @Test
    void rulesTransformAndAnInputWithoutRulesIsProcessed() {
        List<Object> rules = List.of(Map.of("field", "n", "operation", "double"));

        assertThat(dataset("transform", Map.of("rules", rules), sandboxes.numbers(1, 3), Extras.NONE))
                .containsExactly(0L, 2L, 4L);
        assertThat(dataset("transform", Map.of(), sandboxes.numbers(1, 3), Extras.NONE))
                .containsExactly(0L, 1L, 2L);
        assertThatThrownBy(() -> dataset("transform", Map.of("rules", List.of(1)), Flux.empty(), Extras.NONE))
                .hasMessageContaining("rules/0");
    }

    @Test
    void aStreamPassesBatchByBatch() {
        assertThat(dataset("stream", Map.of(), sandboxes.numbers(2, 2), Extras.NONE))
                .containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void datasetsOfABatchAreReadAsTheCaller() {
        door.batches = Flux.defer(() -> sandboxes.numbers(1, 2));

        assertThat(dataset("batch", Map.of("datasets", List.of("SELECT 1", "SELECT 2")), null, Extras.NONE))
                .containsExactly(0L, 1L, 0L, 1L);
        assertThatThrownBy(() -> dataset("batch", Map.of("datasets", List.of(1)), null, Extras.NONE))
                .hasMessageContaining("datasets/0");
    }

    @Test
    @SuppressWarnings("unchecked")
    void aValidationIsAReport() {
        Map<String, Object> report =
                (Map<String, Object>) value("validate", Map.of("rule", 1), sandboxes.numbers(2, 4));

        assertThat(report).containsEntry("valid", false).containsEntry("warnings", List.of());
        assertThat(report.get("statistics")).isEqualTo(Map.of("rows", 8, "invalidRows", 1, "seen", 1));
        assertThat((List<Map<String, Object>>) report.get("errors"))
                .singleElement()
                .satisfies(error -> assertThat(error).containsEntry("row", 3).containsEntry("rule", "range"));
    }

    @Test
    void wishesReachThePluginAndWrongOnesAreNamed() {
        Extras wishes = new Extras(Map.of("mode", "sync", "batchRows", 10, "timeoutMs", 1234), null, null, null);

        assertThat(dataset("wishes", Map.of(), null, wishes)).containsExactly(10L, 1234L, 0L);
        assertThat(dataset("wishes", Map.of(), null, Extras.NONE)).containsExactly(32768L, 10_000L, 2L);
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("mode", "fast"), Map.of("batchRows", 0), Map.of("validate", "yes"), Map.of("speed", 1))) {
            String member = wrong.keySet().iterator().next();
            assertThatThrownBy(() -> dataset("wishes", Map.of(), null, new Extras(wrong, null, null, null)))
                    .hasMessageContaining("options." + member);
        }
    }

    @Test
    void aConnectionIsTestedAndTablesAreDiscoveredAndWritten() {
        assertThat(value("test-connection", Map.of(), null))
                .isEqualTo(Map.of("connected", true, "detail", "1 tables."));
        assertThat(value("discover", Map.of(), null).toString()).contains("name=far", "type=int8", "rows=7");
        assertThat(value("write", Map.of("table", "far"), sandboxes.numbers(2, 5)))
                .isEqualTo(Map.of("table", "far", "rows", 10));
        assertThatThrownBy(() -> value("write", Map.of(), sandboxes.numbers(1, 1)))
                .hasMessageContaining("'table'");
    }

    @Test
    void aReadBeginsAtItsCheckpointAndSaysHowFarItCame() {
        AtomicReference<Object> reached = new AtomicReference<>();
        Map<String, Object> far = Map.of("table", "far");

        assertThat(dataset("read", far, null, reading(null, reached))).containsExactly(0L, 1L);
        assertThat(reached.get()).isEqualTo(2);
        assertThat(dataset("read", far, null, reading(reached.get(), reached))).containsExactly(2L, 3L);
        assertThat(reached.get()).isEqualTo(4);
    }

    @Test
    void aReadThatFailsOrSaysTooMuchKeepsNothing() {
        AtomicReference<Object> reached = new AtomicReference<>();

        assertThatThrownBy(() -> dataset("read", Map.of("table", "far", "fail", 1), null, reading(null, reached)))
                .hasMessageContaining("The other side is gone.");
        assertThatThrownBy(() -> dataset("read", Map.of("table", "far", "large", 1), null, reading(null, reached)))
                .hasMessageContaining("A checkpoint of about");
        assertThat(reached.get()).isNull();
    }

    @Test
    void aTaskRunsWithWhatIsKnownOfItsSchedule() {
        Run run = new Run("nightly", Instant.parse("2026-01-01T03:00:00Z"), null);

        assertThat(value(process, "refresh", Map.of(), null, new Extras(Map.of(), run, null, null)))
                .isEqualTo("nightly runs refresh, due 2026-01-01T03:00:00Z, last null");
    }

    @Test
    void aDrawingFollowsWishesAndIsDestroyedOnceWritten() {
        PluginProcess own = started("visualization");
        Extras wishes = new Extras(Map.of("theme", "light"), null, null, null);

        assertThat(drawing(own, sandboxes.numbers(1, 3), wishes)).isEqualTo("3 rows, default, LIGHT{a=b}");
        assertThat(value(own, "destroyed", Map.of(), null, Extras.NONE))
                .isEqualTo(List.of("3 rows, default, LIGHT{a=b}"));
        own.close();
    }

    @Test
    void aKeptViewIsUpdatedResizedAndClosed() {
        PluginProcess own = started("visualization");

        assertThat(drawing(own, sandboxes.numbers(1, 3), view(ViewAction.OPEN)))
                .isEqualTo("3 rows, default, DARK{a=b}");
        assertThat(drawing(own, sandboxes.numbers(1, 5), view(ViewAction.UPDATE)))
                .isEqualTo("5 rows, default, DARK{a=b}");
        assertThat(drawing(own, null, view(ViewAction.RESIZE))).isEqualTo("5 rows, 300x200, DARK{a=b}");
        assertThat(drawing(own, null, view(ViewAction.CLOSE))).isEmpty();
        assertThatThrownBy(() -> drawing(own, null, view(ViewAction.RESIZE))).hasMessageContaining("no view 'v1'");
        assertThat((List<?>) value(own, "destroyed", Map.of(), null, Extras.NONE))
                .hasSize(3);
        own.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"integration", "utility", "visualization"})
    void aClassWithoutTheInterfaceOfItsCategoryIsRefused(String category) {
        assertThatThrownBy(() -> sandboxes
                        .processes
                        .start(sandboxes.launch("Worker", category), door)
                        .block(BOUND))
                .hasMessageContaining("The entry point plugins.Worker is no io.dataprism.plugin.")
                .hasMessageContaining("which the category '" + category + "' needs");
    }

    private static PluginProcess started(String category) {
        PluginProcesses.Launch plain = sandboxes.launch("Everything", category);
        PluginProcess started = sandboxes
                .processes
                .start(
                        new PluginProcesses.Launch(
                                plain.name(),
                                plain.version(),
                                plain.coreVersion(),
                                category,
                                plain.packageFile(),
                                plain.entryPoint(),
                                plain.directory(),
                                plain.quota(),
                                false,
                                Map.of(),
                                MANIFEST),
                        door)
                .block(BOUND);
        started.initialize().block(BOUND);
        started.activate().block(BOUND);
        return started;
    }

    private static Extras reading(Object checkpoint, AtomicReference<Object> reached) {
        return new Extras(Map.of(), null, new Reading(checkpoint, reached::set), null);
    }

    private static Extras view(ViewAction action) {
        return new Extras(Map.of(), null, null, new ViewStep("v1", action, 300, 200));
    }

    private static Object value(String operation, Map<String, Object> params, Flux<Batch> input) {
        return value(process, operation, params, input, Extras.NONE);
    }

    private static Object value(
            PluginProcess process, String operation, Map<String, Object> params, Flux<Batch> input, Extras extras) {
        return ((Answer.Value) process.execute(call(operation, Kind.VALUE, params, input, extras))
                        .block(BOUND))
                .value();
    }

    private static List<Long> dataset(String operation, Map<String, Object> params, Flux<Batch> input, Extras extras) {
        Answer.Dataset answer = (Answer.Dataset) process.execute(call(operation, Kind.DATASET, params, input, extras))
                .block(BOUND);
        List<Long> numbers = new ArrayList<>();
        answer.batches()
                .doOnNext(batch -> {
                    try (batch) {
                        BigIntVector column = (BigIntVector) batch.column("n");
                        for (int row = 0; row < batch.rowCount(); row++) {
                            numbers.add(column.get(row));
                        }
                    }
                })
                .blockLast(BOUND);
        return numbers;
    }

    private static String drawing(PluginProcess process, Flux<Batch> data, Extras extras) {
        Answer.Drawing drawing = (Answer.Drawing) process.execute(call("count", Kind.RENDERING, Map.of(), data, extras))
                .block(BOUND);
        return new String(drawing.rendering().bytes(), StandardCharsets.UTF_8);
    }

    private static Call call(
            String operation, Kind kind, Map<String, Object> params, Flux<Batch> input, Extras extras) {
        return new Call(
                UUID.randomUUID().toString(),
                operation,
                kind,
                params,
                input,
                kind == Kind.RENDERING ? ExportFormat.SVG : null,
                Duration.ofSeconds(10),
                extras);
    }
}
