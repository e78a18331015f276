package io.dataprism.plugins.validator;

import io.dataprism.plugin.Cells;
import io.dataprism.plugin.ValidationReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** What was seen of one rule. One thread at a time. */
final class Tally {

    private static final int VALUE_CHARACTERS = 100;

    private final Rule rule;
    private final int exampleLimit;
    private final List<Example> examples = new ArrayList<>();
    private @Nullable Example first;
    private long checked;
    private long broken;

    /** @param value as text; null for NULL */
    private record Example(long row, @Nullable String value) {

        Map<String, @Nullable Object> toJson() {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("row", row);
            json.put("value", value);
            return json;
        }
    }

    Tally(Rule rule, int exampleLimit) {
        this.rule = rule;
        this.exampleLimit = exampleLimit;
    }

    Rule rule() {
        return rule;
    }

    /**
     * Looks at a row; answers whether it is right.
     *
     * @param number of the row in the dataset, from 1
     */
    boolean holds(List<FieldVector> columns, int row, long number) {
        if (!rule.check().seesNull() && columns.stream().anyMatch(column -> column.isNull(row))) {
            return true;
        }
        checked++;
        if (rule.check().holds(columns, row)) {
            return true;
        }
        broken++;
        if (first == null || examples.size() < exampleLimit) {
            Example example = new Example(number, value(columns, row));
            first = first == null ? example : first;
            if (examples.size() < exampleLimit) {
                examples.add(example);
            }
        }
        return false;
    }

    private static @Nullable String value(List<FieldVector> columns, int row) {
        if (columns.size() == 1) {
            String text = Cells.text(columns.getFirst(), row);
            return text == null || text.length() <= VALUE_CHARACTERS
                    ? text
                    : text.substring(0, VALUE_CHARACTERS) + "...";
        }
        return columns.stream().map(column -> value(List.of(column), row)).collect(Collectors.joining(", "));
    }

    boolean isBroken() {
        return broken > 0;
    }

    boolean sawNothing() {
        return checked == 0;
    }

    /** What is wrong; only where it {@link #isBroken}. */
    ValidationReport.Finding finding() {
        Example shown = Objects.requireNonNull(first, "a rule that is not broken has no finding");
        String value = shown.value() == null ? "NULL" : "'" + shown.value() + "'";
        return new ValidationReport.Finding(
                rule.name(),
                rule.field(),
                shown.row(),
                broken,
                "Row " + shown.row() + " has " + value + " in '" + rule.field() + "', which must "
                        + rule.check().wanted() + "; " + broken + " of " + checked + " values break this rule.");
    }

    Map<String, @Nullable Object> statistics() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("rule", rule.name());
        json.put("field", rule.field());
        json.put("severity", rule.warning() ? "warning" : "error");
        json.put("checked", checked);
        json.put("broken", broken);
        json.put("examples", examples.stream().map(Example::toJson).toList());
        return json;
    }
}
