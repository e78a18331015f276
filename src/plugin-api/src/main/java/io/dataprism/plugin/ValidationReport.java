package io.dataprism.plugin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a dataset. Keep it small: counts in the statistics, examples in the findings.
 *
 * @param valid whether there is no error
 * @param errors what breaks a rule
 * @param warnings what is suspicious
 * @param statistics how much was looked at
 */
public record ValidationReport(boolean valid, List<Finding> errors, List<Finding> warnings, Statistics statistics) {

    public ValidationReport {
        errors = List.copyOf(errors);
        warnings = List.copyOf(warnings);
    }

    /** A report that is valid where there are no errors. */
    public static ValidationReport of(List<Finding> errors, List<Finding> warnings, Statistics statistics) {
        return new ValidationReport(errors.isEmpty(), errors, warnings, statistics);
    }

    /** The report as JSON values: {@code {valid, errors, warnings, statistics}}. */
    public Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("valid", valid);
        json.put("errors", errors.stream().map(Finding::toJson).toList());
        json.put("warnings", warnings.stream().map(Finding::toJson).toList());
        json.put("statistics", statistics.toJson());
        return json;
    }

    /**
     * One thing that was found.
     *
     * @param rule which rule, such as {@code not-null}
     * @param field the column; null where it is about the whole dataset
     * @param row the first row that it was found in, counted from 1; null where it is about the whole column
     * @param count how many rows have it
     * @param detail a sentence with the value that was found and what would be right
     */
    public record Finding(
            String rule, @Nullable String field, @Nullable Long row, long count, String detail) {

        Map<String, @Nullable Object> toJson() {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("rule", rule);
            json.put("field", field);
            json.put("row", row);
            json.put("count", count);
            json.put("detail", detail);
            return json;
        }
    }

    /**
     * How much was looked at.
     *
     * @param rows in the dataset
     * @param invalidRows with at least one error
     * @param details further counts in the plugin's own words, JSON values
     */
    public record Statistics(long rows, long invalidRows, Map<String, @Nullable Object> details) {

        Map<String, @Nullable Object> toJson() {
            Map<String, @Nullable Object> json = new LinkedHashMap<>(details);
            json.put("rows", rows);
            json.put("invalidRows", invalidRows);
            return json;
        }
    }
}
