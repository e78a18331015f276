package io.dataprism.plugins.validator;

import io.dataprism.plugin.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads the parameter {@code rules}. Fails with {@code REQUEST_INVALID}, naming the rule by its place, counted from 0. */
final class RuleReader {

    private static final int MAX_RULES = 100;

    private final int index;
    private final Map<?, ?> text;
    private final HashMemory memory;

    private RuleReader(int index, Map<?, ?> text, HashMemory memory) {
        this.index = index;
        this.text = text;
        this.memory = memory;
    }

    static List<Rule> read(Map<String, @Nullable Object> params, HashMemory memory) {
        if (!(params.get("rules") instanceof List<?> list) || list.isEmpty() || list.size() > MAX_RULES) {
            throw PluginException.invalidParameter("rules", "must be a list of 1 to " + MAX_RULES + " rules");
        }
        List<Rule> rules = new ArrayList<>();
        for (int index = 0; index < list.size(); index++) {
            if (!(list.get(index) instanceof Map<?, ?> rule)) {
                throw PluginException.invalidParameter(
                        "rules[" + index + "]", "must be an object with 'rule' and 'field'");
            }
            rules.add(new RuleReader(index, rule, memory).rule());
        }
        return rules;
    }

    private Rule rule() {
        String name = string("rule");
        List<String> fields = fields(name);
        Check check = switch (name) {
            case "not-null" -> new NotNull();
            case "unique" -> new Unique(new HashedValues("'" + String.join(", ", fields) + "'", memory));
            case "range" -> range();
            case "pattern" -> new Matches(pattern());
            case "type" -> new OfType(type());
            case "referential" -> referential();
            default ->
                throw invalid(
                        "rule", "is '" + name + "'; there are not-null, unique, range, pattern, type and referential");
        };
        Object severity = text.get("severity");
        if (severity != null && !severity.equals("error") && !severity.equals("warning")) {
            throw invalid("severity", "is " + severity + ", and must be 'error' or 'warning'");
        }
        return new Rule(name, fields, "warning".equals(severity), check);
    }

    private List<String> fields(String rule) {
        if (!(text.get("fields") instanceof List<?> list)) {
            return List.of(string("field"));
        }
        if (!rule.equals("unique")) {
            throw invalid("fields", "is for the rule 'unique'; '" + rule + "' takes one 'field'");
        }
        if (text.get("field") != null || list.isEmpty() || !list.stream().allMatch(String.class::isInstance)) {
            throw invalid("fields", "must be a list of names of columns, without 'field' beside it");
        }
        return list.stream().map(String::valueOf).toList();
    }

    private Check range() {
        Object min = text.get("min");
        Object max = text.get("max");
        if (min == null && max == null) {
            throw invalid("min", "is missing, and so is 'max'; a range has one of them at least");
        }
        if ((min == null || min instanceof Number) && (max == null || max instanceof Number)) {
            double least = min == null ? Double.NEGATIVE_INFINITY : ((Number) min).doubleValue();
            double most = max == null ? Double.POSITIVE_INFINITY : ((Number) max).doubleValue();
            if (least > most) {
                throw invalid("min", "is " + min + ", above 'max', which is " + max);
            }
            return new NumberRange(least, most);
        }
        if ((min == null || min instanceof String) && (max == null || max instanceof String)) {
            if (min != null && max != null && min.toString().compareTo(max.toString()) > 0) {
                throw invalid("min", "is '" + min + "', after 'max', which is '" + max + "'");
            }
            return new TextRange((String) min, (String) max);
        }
        throw invalid("min", "is " + min + " and 'max' is " + max + "; both must be numbers, or both text");
    }

    private Pattern pattern() {
        String pattern = string("pattern");
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException wrong) {
            throw invalid(
                    "pattern",
                    "is '" + pattern + "', no regular expression: " + wrong.getDescription() + " at "
                            + wrong.getIndex());
        }
    }

    private ValueType type() {
        String name = string("type");
        for (ValueType type : ValueType.values()) {
            if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
                return type;
            }
        }
        throw invalid("type", "is '" + name + "'; there are integer, number, boolean, date, timestamp and text");
    }

    private Check referential() {
        String table = string("table");
        String column = string("column");
        return new Referential(
                table, column, new HashedValues("Column '" + column + "' of the table '" + table + "'", memory));
    }

    private String string(String member) {
        if (text.get(member) instanceof String value && !value.isEmpty()) {
            return value;
        }
        throw invalid(member, "is " + text.get(member) + ", and must be text that is not empty");
    }

    private PluginException invalid(String member, String problem) {
        return PluginException.invalidParameter("rules[" + index + "]." + member, problem);
    }
}
