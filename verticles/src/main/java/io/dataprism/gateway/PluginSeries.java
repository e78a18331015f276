package io.dataprism.gateway;

import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The series of some plugins, out of all metrics of a node in Prometheus' text form: those with the label {@code plugin}. */
final class PluginSeries {

    /** Quotes within a value have a backslash before them, so that no value of another label looks like this. */
    private static final Pattern LABEL = Pattern.compile("[{,]plugin=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private PluginSeries() {}

    /** The lines of those series, each kind with its HELP and TYPE; a kind without series is left out. */
    static String of(String text, Predicate<String> isShown) {
        StringBuilder shown = new StringBuilder();
        StringBuilder heading = new StringBuilder();
        boolean headingEnded = false;
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("#")) {
                if (headingEnded) {
                    heading.setLength(0);
                    headingEnded = false;
                }
                heading.append(line).append('\n');
                continue;
            }
            headingEnded = true;
            Matcher label = LABEL.matcher(line);
            if (label.find() && isShown.test(label.group(1))) {
                shown.append(heading).append(line).append('\n');
                heading.setLength(0);
            }
        }
        return shown.toString();
    }
}
