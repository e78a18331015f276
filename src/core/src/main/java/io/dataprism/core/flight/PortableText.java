package io.dataprism.core.flight;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;

/**
 * Refuses texts that another engine could read otherwise than DuckDB's parser did: the gate's answer would mean nothing there.
 * Where texts begin and end must be the same to all, so comments, backslashes, backticks and dollar quotes are not sent on.
 */
final class PortableText {

    private PortableText() {}

    /** @throws DataPrismException {@code QUERY_NOT_ALLOWED}, with the position */
    static void check(String sql) {
        char quote = 0;
        for (int at = 0; at < sql.length(); at++) {
            char here = sql.charAt(at);
            if (here == '\\') {
                throw refusal("a backslash", at);
            }
            if (quote != 0) {
                quote = here == quote ? 0 : quote;
            } else if (here == '\'' || here == '"') {
                quote = here;
            } else {
                requirePlain(here, at + 1 < sql.length() ? sql.charAt(at + 1) : ' ', at);
            }
        }
    }

    private static void requirePlain(char here, char next, int at) {
        switch (here) {
            case '`' -> throw refusal("a backtick", at);
            case '#' -> throw refusal("a #", at);
            case '$' -> {
                if (next < '0' || next > '9') {
                    throw refusal("a dollar quote", at);
                }
            }
            case '-' -> {
                if (next == '-') {
                    throw refusal("a comment", at);
                }
            }
            case '/' -> {
                if (next == '*') {
                    throw refusal("a comment", at);
                }
            }
            default -> {}
        }
    }

    private static DataPrismException refusal(String what, int position) {
        return new DataPrismException(
                        ErrorCode.QUERY_NOT_ALLOWED,
                        "The query was refused: it has " + what + " at character " + position
                                + ", which not every engine reads alike.",
                        "Leave comments out, and send such texts in \"parameters\".")
                .with("position", position);
    }
}
