package io.dataprism.plugins.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.ValidationReport;
import io.dataprism.plugin.ValidationReport.Finding;
import io.dataprism.plugins.testing.EngineInMemory;
import io.dataprism.plugins.testing.TestHost;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

class DataValidatorTest {

    private BufferAllocator allocator;
    private EngineInMemory engine;
    private DataValidator plugin;

    @BeforeEach
    void start() throws SQLException {
        allocator = new RootAllocator();
        engine = new EngineInMemory(allocator);
        plugin = plugin(256 << 20);
    }

    private DataValidator plugin(long memoryBytes) {
        DataValidator made = new DataValidator();
        made.initialize(new TestHost("data-validator", memoryBytes, engine).context())
                .block();
        return made;
    }

    @AfterEach
    void nothingIsLeaked() throws SQLException {
        assertThat(engine.openResults()).isZero();
        engine.close();
        allocator.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            not-null    ; range % 10                                             ; range % 10 IS NULL
            not-null    ; CASE WHEN range % 7 > 0 THEN range END                 ; range % 7 = 0
            unique      ; range                                                  ; false
            unique      ; range % 4000                                           ; range >= 4000
            unique      ; 'v' || nullif(range % 4000, 0)                         ; range >= 4000 AND range % 4000 > 0
            range       ; range % 200                                            ; range % 200 < 10 OR range % 200 > 100
            range       ; (range % 200)::DECIMAL(9,2)                            ; range % 200 < 10 OR range % 200 > 100
            range       ; CASE WHEN range % 5 = 0 THEN 'NaN'::DOUBLE ELSE 50 END ; range % 5 = 0
            date-range  ; DATE '2001-01-01' + (range % 400)::INT                 ; range % 400 < 31 OR range % 400 > 180
            date-range  ; '2001-02-1' || range % 10                              ; false
            pattern     ; 'ab' || range % 30                                     ; range % 30 > 9
            pattern     ; range                                                  ; true
            integer     ; range                                                  ; false
            integer     ; range || CASE WHEN range % 9 = 0 THEN '.5' ELSE '' END ; range % 9 = 0
            number      ; range || CASE WHEN range % 9 = 0 THEN 'x' ELSE 'e1' END; range % 9 = 0
            boolean     ; CASE WHEN range % 3 = 0 THEN 'yes' ELSE 'true' END     ; range % 3 = 0
            date        ; CASE WHEN range % 3 = 0 THEN '2001-02-30' ELSE '2001-02-28' END ; range % 3 = 0
            timestamp   ; CASE WHEN range % 3 = 0 THEN '2001-02-28' ELSE '2001-02-28 10:00:00' END ; range % 3 = 0
            timestamp   ; TIMESTAMP '2001-02-28 10:00:00'                        ; false
            date        ; range                                                  ; true
            text        ; 'x'                                                    ; false
            referential ; 'A' || range % 50                                      ; range % 50 >= 40
            """)
    void eachRuleIsBrokenByTheRowsThatSqlFinds(String rule, String value, String broken) throws SQLException {
        engine.run("CREATE TABLE known AS SELECT 'A' || range AS code FROM range(40) UNION ALL SELECT NULL");
        List<List<@Nullable Object>> expected =
                engine.rows("SELECT range + 1, replace(v::VARCHAR, 'nan', 'NaN') FROM (SELECT range, " + value
                        + " AS v FROM range(9000)) WHERE (" + broken + ") AND (v IS NOT NULL OR '" + rule
                        + "' = 'not-null') ORDER BY 1");
        ValidationReport report = validate(
                engine.query("SELECT " + value + " AS v FROM range(9000) ORDER BY range"), List.of(rule(rule)), 3);

        assertThat(report.valid()).isEqualTo(expected.isEmpty());
        assertThat(report.statistics().rows()).isEqualTo(9_000);
        assertThat(report.statistics().invalidRows()).isEqualTo(expected.size());
        assertThat(report.errors()).hasSize(expected.isEmpty() ? 0 : 1);
        if (!expected.isEmpty()) {
            Finding error = report.errors().getFirst();
            assertThat(error.count()).isEqualTo(expected.size());
            assertThat(error.row()).isEqualTo(expected.getFirst().getFirst());
            assertThat(error.field()).isEqualTo("v");
            assertThat(error.detail()).contains("must", String.valueOf(expected.size()));
        }
        assertThat(examples(report))
                .extracting(example -> example.get("row"), example -> example.get("value"))
                .containsExactlyElementsOf(expected.stream()
                        .limit(3)
                        .map(row -> tuple(row.get(0), row.get(1)))
                        .toList());
    }

    private static Map<String, Object> rule(String name) {
        return switch (name) {
            case "range" -> Map.of("rule", "range", "field", "v", "min", 10, "max", 100.0);
            case "date-range" -> Map.of("rule", "range", "field", "v", "min", "2001-02-01", "max", "2001-06-30");
            case "pattern" -> Map.of("rule", "pattern", "field", "v", "pattern", "ab[0-9]");
            case "integer", "number", "boolean", "date", "timestamp", "text" ->
                Map.of("rule", "type", "field", "v", "type", name);
            case "referential" -> Map.of("rule", "referential", "field", "v", "table", "known", "column", "code");
            default -> Map.of("rule", name, "field", "v");
        };
    }

    @Test
    void severalColumnsTogetherMustNotComeTwice() {
        Flux<Batch> input = engine.query(
                "SELECT * FROM (VALUES ('a', 'bc'), ('ab', 'c'), ('a', 'bc'), (NULL, 'c'), (NULL, 'c')) t(x, y)");
        ValidationReport report = validate(input, List.of(Map.of("rule", "unique", "fields", List.of("x", "y"))), 10);
        assertThat(report.errors())
                .extracting(Finding::field, Finding::row, Finding::count)
                .containsExactly(tuple("x, y", 3L, 1L));
        assertThat(report.errors().getFirst().detail())
                .isEqualTo("Row 3 has 'a, bc' in 'x, y', which must not come twice; 1 of 3 values break this rule.");
    }

    @Test
    void aWarningLeavesADatasetValid() {
        ValidationReport report = validate(
                engine.query("SELECT -1 AS v"),
                List.of(Map.of("rule", "range", "field", "v", "min", 0, "severity", "warning")),
                10);
        assertThat(report.valid()).isTrue();
        assertThat(report.errors()).isEmpty();
        assertThat(report.statistics().invalidRows()).isZero();
        assertThat(report.warnings())
                .extracting(Finding::detail)
                .containsExactly("Row 1 has '-1' in 'v', which must be at least 0.0; 1 of 1 values break this rule.");
    }

    @Test
    void aRuleThatSaysNothingIsAWarning() {
        assertThat(validate(engine.query("SELECT NULL::INT AS v FROM range(5)"), List.of(rule("unique")), 10)
                        .warnings())
                .extracting(Finding::detail)
                .containsExactly("All 5 values of 'v' are NULL, so this rule says nothing.");
        Flux<Batch> noRows =
                Flux.defer(() -> Flux.just(new Batch(VectorSchemaRoot.of(new BigIntVector("v", allocator)))));
        assertThat(validate(noRows, List.of(rule("unique")), 10).warnings())
                .extracting(Finding::detail)
                .containsExactly("The input has no rows, so no rule says anything.");
    }

    @Test
    void longValuesAreCutAndExamplesAreNoMoreThanAsked() {
        ValidationReport report =
                validate(engine.query("SELECT repeat('x', 5000) AS v FROM range(500)"), List.of(rule("integer")), 2);
        assertThat(examples(report))
                .hasSize(2)
                .allSatisfy(example -> assertThat(example.get("value")).isEqualTo("x".repeat(100) + "..."));
        assertThat(report.errors().getFirst().count()).isEqualTo(500);
        assertThat(validate(engine.query("SELECT 'x' AS v"), List.of(rule("integer")), 0)
                        .errors())
                .hasSize(1);
    }

    @Test
    void moreDifferentValuesThanFitAreRefusedAndTheMemoryIsFreeAgain() {
        plugin = plugin(4 << 20);
        for (int round = 0; round < 3; round++) {
            assertThatThrownBy(() ->
                            validate(engine.query("SELECT range AS v FROM range(200000)"), List.of(rule("unique")), 10))
                    .isInstanceOfSatisfying(PluginException.class, failure -> {
                        assertThat(failure.code()).isEqualTo("QUOTA_EXCEEDED");
                        assertThat(failure.getMessage()).contains("'v'", "2097152 bytes", "SQL");
                    });
            assertThat(validate(engine.query("SELECT range AS v FROM range(20000)"), List.of(rule("unique")), 10)
                            .valid())
                    .isTrue();
        }
    }

    @Test
    void whatIsNoRuleIsRefusedByItsPlace() {
        refused(Map.of("rule", "odd", "field", "v"), "rules[0].rule", "not-null, unique");
        refused(Map.of("rule", "unique"), "rules[0].field");
        refused(Map.of("rule", "range", "field", "v"), "rules[0].min", "'max'");
        refused(Map.of("rule", "range", "field", "v", "min", 2, "max", 1), "rules[0].min", "above");
        refused(Map.of("rule", "range", "field", "v", "min", "b", "max", "a"), "rules[0].min", "after");
        refused(Map.of("rule", "range", "field", "v", "min", 2, "max", "x"), "rules[0].min", "both");
        refused(Map.of("rule", "range", "field", "v", "min", "a"), "numbers");
        refused(Map.of("rule", "pattern", "field", "v", "pattern", "(["), "rules[0].pattern", "([");
        refused(Map.of("rule", "type", "field", "v", "type", "odd"), "rules[0].type", "timestamp");
        refused(Map.of("rule", "referential", "field", "v", "table", "t"), "rules[0].column");
        refused(Map.of("rule", "not-null", "field", "v", "severity", "bad"), "rules[0].severity");
        refused(Map.of("rule", "not-null", "fields", List.of("v")), "rules[0].fields");
        refused(Map.of("rule", "not-null", "field", "w"), "'w'", "[v]");
        assertThatThrownBy(() -> validate(engine.query("SELECT 1 AS v"), List.of(), 10))
                .hasMessageContaining("rules");
        assertThatThrownBy(() -> validate(engine.query("SELECT 1 AS v"), List.of(rule("unique")), 101))
                .hasMessageContaining("examples");
        assertThatThrownBy(() -> validate(engine.query("SELECT 'x' AS v"), List.of(rule("range")), 10))
                .hasMessageContaining("\"2001-01-31\"");
        assertThatThrownBy(() -> plugin.execute("guess", Map.of(), Flux.empty()).block())
                .hasMessageContaining("guess");
        assertThatThrownBy(
                        () -> plugin.process("validate", Flux.empty(), Map.of()).blockLast())
                .hasMessageContaining("validate");
    }

    @Test
    void theAnswerIsTheReportAsJson() {
        Object answer = plugin.execute(
                        "validate", Map.of("rules", List.of(rule("unique"))), engine.query("SELECT 1 AS v"))
                .block();
        assertThat(answer)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsOnlyKeys("valid", "errors", "warnings", "statistics")
                .containsEntry("valid", true);
    }

    private void refused(Map<String, Object> rule, String... parts) {
        assertThatThrownBy(() -> validate(engine.query("SELECT 1 AS v"), List.of(rule), 10))
                .isInstanceOfSatisfying(PluginException.class, failure -> {
                    assertThat(failure.code()).isEqualTo("REQUEST_INVALID");
                    assertThat(failure.getMessage()).contains(parts);
                });
    }

    private ValidationReport validate(Flux<Batch> input, List<Map<String, Object>> rules, int examples) {
        Map<String, @Nullable Object> params = new LinkedHashMap<>();
        params.put("rules", rules);
        params.put("examples", examples);
        return Objects.requireNonNull(plugin.validate(input, params).block(Duration.ofSeconds(30)));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> examples(ValidationReport report) {
        List<Map<String, Object>> rules =
                (List<Map<String, Object>>) report.statistics().details().get("rules");
        return (List<Map<String, Object>>) rules.getFirst().get("examples");
    }
}
