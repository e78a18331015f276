package io.dataprism.core.dataset;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** Reads the name of one type, as DuckDB writes it, and makes the name of the type that files hold it as. Used once. */
final class StoredType {

    private static final Set<String> AS_TEXT = Set.of("HUGEINT", "UHUGEINT", "INTERVAL", "BIGNUM", "BIT");
    private static final String ZONED_TIME = "TIME WITH TIME ZONE";
    private static final String TEXT = "VARCHAR";
    private static final String STRUCT = "STRUCT";

    private final String type;
    private final StringBuilder stored = new StringBuilder();
    /** For each open parenthesis, whether names of fields stand in it. */
    private final Deque<Boolean> fields = new ArrayDeque<>();

    private int at;
    private boolean nameNext;
    private String lastWord = "";

    private StoredType(String type) {
        this.type = type;
    }

    static String of(String type) {
        StoredType reading = new StoredType(type);
        while (reading.at < type.length()) {
            reading.step();
        }
        return reading.stored.toString();
    }

    private void step() {
        char first = type.charAt(at);
        if (first == '"' || first == '\'') {
            take(closing());
            nameNext = false;
        } else if (type.startsWith(ZONED_TIME, at)) {
            stored.append(TEXT);
            at += ZONED_TIME.length();
            nameNext = false;
        } else if (isWord(first)) {
            word();
        } else {
            sign(first);
        }
    }

    private void word() {
        int end = at;
        while (end < type.length() && isWord(type.charAt(end))) {
            end++;
        }
        lastWord = type.substring(at, end);
        boolean name = nameNext && end < type.length() && type.charAt(end) == ' ';
        stored.append(!name && AS_TEXT.contains(lastWord) ? TEXT : lastWord);
        nameNext = false;
        at = end;
    }

    private void sign(char sign) {
        switch (sign) {
            case '(' -> {
                nameNext = lastWord.equals(STRUCT);
                fields.push(nameNext);
            }
            case ')' -> fields.poll();
            case ',' -> nameNext = Boolean.TRUE.equals(fields.peek());
            default -> {}
        }
        take(at + 1);
    }

    private void take(int end) {
        stored.append(type, at, end);
        at = end;
    }

    /** The end of a quoted name or text, in which the quote itself is doubled. */
    private int closing() {
        char quote = type.charAt(at);
        for (int end = at + 1; end < type.length(); end++) {
            if (type.charAt(end) == quote) {
                if (end + 1 == type.length() || type.charAt(end + 1) != quote) {
                    return end + 1;
                }
                end++;
            }
        }
        return type.length();
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
