package io.dataprism.core.dataset.gate;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a statement begins with, for messages alone: what may run is decided by the parser's tree. */
final class LeadingKeyword {

    private static final Pattern FIRST_WORD =
            Pattern.compile("(?s)(?:[\\s;(]++|--[^\\n]*+|/\\*.*?\\*/)*+([A-Za-z]{1,20})\\b");

    /** With these, a statement that does not read stands further in. */
    private static final Set<String> READING =
            Set.of("SELECT", "FROM", "WITH", "VALUES", "DESCRIBE", "SUMMARIZE", "SHOW");

    private LeadingKeyword() {}

    /** Says which statement was found that does not read: {@code INSERT does not read}. */
    static String thatDoesNotRead(String sql) {
        Matcher matcher = FIRST_WORD.matcher(sql);
        String word = matcher.lookingAt() ? matcher.group(1).toUpperCase(Locale.ROOT) : "";
        if (word.startsWith("PIVOT")) {
            return "a PIVOT that looks its columns up is two statements: name them with ON column IN (...)";
        }
        return word.isEmpty() || READING.contains(word) ? "a statement in it does not read" : word + " does not read";
    }
}
