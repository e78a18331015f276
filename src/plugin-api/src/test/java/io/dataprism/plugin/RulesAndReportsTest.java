package io.dataprism.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rules, reports and tables, as JSON. */
class RulesAndReportsTest {

    @Test
    void rulesAreReadInOrderAndWrittenAsTheyWere() {
        Object json = List.of(
                Map.of("field", "n", "operation", "add", "parameters", Map.of("by", 1), "condition", "n > 1"),
                Map.of("field", "t", "operation", "upper"));

        List<TransformRule> rules = TransformRule.listOf(json);

        assertThat(rules.getFirst()).isEqualTo(new TransformRule("n", "add", Map.of("by", 1), "n > 1"));
        assertThat(rules.getLast().condition()).isNull();
        assertThat(TransformRule.listOf(
                        rules.stream().map(TransformRule::toJson).toList()))
                .isEqualTo(rules);
    }

    @Test
    void aWrongRuleIsNamedByItsPlace() {
        Map<String, Object> right = Map.of("field", "n", "operation", "add");

        assertThatThrownBy(() -> TransformRule.listOf("add")).hasMessageContaining("'rules'");
        assertThatThrownBy(() -> TransformRule.listOf(Collections.nCopies(1_001, right)))
                .hasMessageContaining("at most 1000");
        assertThatThrownBy(() -> TransformRule.listOf(List.of(right, Map.of("field", "n"))))
                .hasMessageContaining("rules/1");
        assertThatThrownBy(
                        () -> TransformRule.listOf(List.of(Map.of("field", "n", "operation", "add", "parameters", 1))))
                .hasMessageContaining("rules/0/parameters");
        assertThatThrownBy(
                        () -> TransformRule.listOf(List.of(Map.of("field", "n", "operation", "add", "condition", 1))))
                .hasMessageContaining("rules/0/condition");
    }

    @Test
    void aReportIsValidWhereItHasNoErrors() {
        ValidationReport.Finding finding = new ValidationReport.Finding("range", "n", 3L, 2, "9 is too large.");
        ValidationReport.Statistics statistics = new ValidationReport.Statistics(10, 2, Map.of("nulls", 1));

        assertThat(ValidationReport.of(List.of(), List.of(finding), statistics).valid())
                .isTrue();
        Map<String, Object> json =
                ValidationReport.of(List.of(finding), List.of(), statistics).toJson();
        assertThat(json).containsEntry("valid", false).containsEntry("warnings", List.of());
        assertThat(json.get("statistics")).isEqualTo(Map.of("rows", 10L, "invalidRows", 2L, "nulls", 1));
        assertThat(json.get("errors"))
                .isEqualTo(List.of(
                        Map.of("rule", "range", "field", "n", "row", 3L, "count", 2L, "detail", "9 is too large.")));
    }

    @Test
    void whatIsElsewhereIsWrittenAsJson() {
        RemoteTable table = new RemoteTable("far", List.of(new RemoteTable.Column("n", "int8", true)), 7L, false);

        assertThat(table.toJson())
                .isEqualTo(Map.of(
                        "name",
                        "far",
                        "columns",
                        List.of(Map.of("name", "n", "type", "int8", "nullable", true)),
                        "rows",
                        7L,
                        "writable",
                        false));
        assertThat(new WriteReport("far", 3).toJson()).isEqualTo(Map.of("table", "far", "rows", 3L));
        assertThat(new ConnectionReport(true, "here").toJson()).isEqualTo(Map.of("connected", true, "detail", "here"));
    }
}
