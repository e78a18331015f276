package io.dataprism.core.error;

import java.util.regex.Pattern;

/** What a parser of JSON or YAML says, without what only those know who wrote the parser or configured it. */
public final class ParserText {

    private static final Pattern SOURCE =
            Pattern.compile("\\[Source: .*?; line: (\\d+), column: (\\d+)]", Pattern.DOTALL);
    private static final Pattern BOUND = Pattern.compile(", from `[A-Za-z.()]+`");

    private ParserText() {}

    /** The text for a client. */
    public static String of(String message) {
        String placed = SOURCE.matcher(message).replaceAll("line $1, column $2");
        return BOUND.matcher(placed).replaceAll("");
    }
}
