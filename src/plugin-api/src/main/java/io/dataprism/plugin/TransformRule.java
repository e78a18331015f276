package io.dataprism.plugin;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change to the values of a column.
 *
 * @param field the column
 * @param operation what to do, in the plugin's own words, such as {@code upper}
 * @param parameters JSON values
 * @param condition for which rows, in the plugin's own words; null for all
 */
public record TransformRule(
        String field,
        String operation,
        Map<String, @Nullable Object> parameters,
        @Nullable String condition) {

    private static final int MOST_RULES = 1_000;

    public TransformRule {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /**
     * Rules from JSON: an array of {@code {field, operation, parameters?, condition?}}.
     *
     * @throws PluginException {@code REQUEST_INVALID}, naming the rule that is wrong
     */
    public static List<TransformRule> listOf(@Nullable Object json) {
        if (!(json instanceof List<?> entries) || entries.size() > MOST_RULES) {
            throw PluginException.invalidParameter("rules", "must be an array of at most " + MOST_RULES + " rules");
        }
        List<TransformRule> rules = new ArrayList<>();
        for (Object entry : entries) {
            rules.add(ruleOf(entry, "rules/" + rules.size()));
        }
        return List.copyOf(rules);
    }

    private static TransformRule ruleOf(@Nullable Object json, String at) {
        if (!(json instanceof Map<?, ?> rule)
                || !(rule.get("field") instanceof String field)
                || !(rule.get("operation") instanceof String operation)) {
            throw PluginException.invalidParameter(at, "must be an object with the texts 'field' and 'operation'");
        }
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
        if (rule.get("parameters") instanceof Map<?, ?> given) {
            given.forEach((name, value) -> parameters.put(String.valueOf(name), value));
        } else if (rule.get("parameters") != null) {
            throw PluginException.invalidParameter(at + "/parameters", "must be an object");
        }
        Object condition = rule.get("condition");
        if (condition != null && !(condition instanceof String)) {
            throw PluginException.invalidParameter(at + "/condition", "must be text");
        }
        return new TransformRule(field, operation, parameters, (String) condition);
    }

    /** As {@link #listOf} reads it. */
    public Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("field", field);
        json.put("operation", operation);
        json.put("parameters", parameters);
        json.put("condition", condition);
        return json;
    }
}
