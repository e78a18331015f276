package io.dataprism.core.dataset.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Functions that make one huge value of a few characters. The engine neither counts that memory against its limit nor can be
 * interrupted in them, so a number that is written in the statement has a bound, and so have numbers within one another. One that
 * comes from a table has none.
 */
final class Amplifiers {

    /** Of characters, bits or elements. */
    static final long LIMIT = 100_000_000;

    private static final Map<String, Integer> FIRST_COUNT = Map.ofEntries(
            Map.entry("repeat", 1),
            Map.entry("lpad", 1),
            Map.entry("rpad", 1),
            Map.entry("list_resize", 1),
            Map.entry("array_resize", 1),
            Map.entry("bitstring", 1),
            Map.entry("bar", 3),
            Map.entry("range", 0),
            Map.entry("generate_series", 0));
    private static final Map<String, Pattern> WIDTHS = Map.of(
            "format", Pattern.compile("[{][^}]*?([0-9]{9,})[^}]*[}]"),
            "printf", Pattern.compile("%[^%a-zA-Z]*?([0-9]{9,})"));

    private Amplifiers() {}

    static void requireBounded(JsonNode call) {
        String name = call.path("function_name").asText().toLowerCase(Locale.ROOT);
        JsonNode arguments = call.path("children");
        Integer first = FIRST_COUNT.get(name);
        if (first != null) {
            for (int index = first; index < arguments.size(); index++) {
                requireSmall(name, arguments.get(index));
            }
            double size = size(call);
            if (size > LIMIT) {
                throw tooMuch(name, Long.toString((long) size));
            }
        }
        Pattern widths = WIDTHS.get(name);
        if (widths != null && !arguments.isEmpty()) {
            Matcher width =
                    widths.matcher(constant(arguments.get(0)).path("value").asText());
            if (width.find()) {
                throw tooMuch(name, width.group(1));
            }
        }
    }

    private static void requireSmall(String name, JsonNode argument) {
        JsonNode value = constant(argument).path("value");
        if (value.isNumber() && Math.abs(value.asDouble()) > LIMIT) {
            throw tooMuch(name, value.asText());
        }
        // a HUGEINT or DECIMAL is an object, and none of them is a count
    }

    /** How long a value is, as far as the statement tells: the longest argument, times the counts around it. */
    private static double size(JsonNode expression) {
        JsonNode arguments = expression.path("children");
        if ("CAST".equals(expression.path("class").asText())) {
            return size(expression.path("child"));
        }
        if (arguments.isEmpty()) {
            return Math.max(1, constant(expression).path("value").asText().length());
        }
        double longest = 1;
        for (JsonNode argument : arguments) {
            longest = Math.max(longest, size(argument));
        }
        boolean repeats = expression.path("function_name").asText().equalsIgnoreCase("repeat");
        JsonNode count =
                repeats && arguments.size() > 1 ? constant(arguments.get(1)).path("value") : expression.path("none");
        return count.isNumber() ? size(arguments.get(0)) * Math.max(1, count.asDouble()) : longest;
    }

    private static JsonNode constant(JsonNode argument) {
        JsonNode inside = argument;
        while ("CAST".equals(inside.path("class").asText())) {
            inside = inside.path("child");
        }
        return inside.path("value");
    }

    private static RuntimeException tooMuch(String function, String found) {
        return Refusals.notAllowed(function + "() is asked for " + found + ", and at most " + LIMIT + " is allowed");
    }
}
