package io.dataprism.core.dataset.gate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the words of a statement are that DuckDB's parser has accepted: names, literals and signs, without white space and
 * comments. Nothing is decided by it alone: what is made with it is parsed again.
 */
final class SqlTokens {

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    /**
     * One word, or one sign.
     *
     * @param startByte of {@code start}, in UTF-8, as the parser counts
     */
    record Token(int start, int end, int startByte) {}

    private SqlTokens(String sql) {
        this.sql = sql;
    }

    static List<Token> of(String sql) {
        SqlTokens scan = new SqlTokens(sql);
        scan.run();
        return scan.tokens;
    }

    private void run() {
        int counted = 0;
        int bytes = 0;
        while (true) {
            skipBlank();
            if (at >= sql.length()) {
                return;
            }
            int start = at;
            bytes += sql.substring(counted, start).getBytes(StandardCharsets.UTF_8).length;
            counted = start;
            skipToken();
            tokens.add(new Token(start, at, bytes));
        }
    }

    private void skipBlank() {
        while (at < sql.length()) {
            if (sql.startsWith("--", at)) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else if (sql.startsWith("/*", at)) {
                skipComment();
            } else if (Character.isWhitespace(sql.charAt(at)) || Character.isSpaceChar(sql.charAt(at))) {
                at++;
            } else {
                return;
            }
        }
    }

    /** Comments nest. */
    private void skipComment() {
        int depth = 0;
        do {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < sql.length());
        at = Math.min(at, sql.length());
    }

    private void skipToken() {
        char first = sql.charAt(at);
        if (first == '\'' || first == '"') {
            skipQuoted(first, false);
        } else if (first == '$') {
            skipDollar();
        } else if (isWord(first)) {
            int start = at;
            while (at < sql.length() && isWord(sql.charAt(at))) {
                at++;
            }
            boolean escapes = at - start == 1 && (first == 'e' || first == 'E');
            if (escapes && at < sql.length() && sql.charAt(at) == '\'') {
                skipQuoted('\'', true);
            }
        } else {
            at += sql.startsWith("=>", at) ? 2 : 1;
        }
    }

    private void skipQuoted(char quote, boolean backslash) {
        at++;
        while (at < sql.length()) {
            char next = sql.charAt(at++);
            if (backslash && next == '\\') {
                at++;
            } else if (next == quote) {
                if (at < sql.length() && sql.charAt(at) == quote) {
                    at++;
                } else {
                    return;
                }
            }
        }
        at = Math.min(at, sql.length());
    }

    /** {@code $tag$ ... $tag$}; anything else that begins with a dollar is a parameter. */
    private void skipDollar() {
        int tag = at + 1;
        while (tag < sql.length() && isWord(sql.charAt(tag)) && sql.charAt(tag) != '$') {
            tag++;
        }
        if (tag >= sql.length() || sql.charAt(tag) != '$') {
            at++;
            return;
        }
        String mark = sql.substring(at, tag + 1);
        int end = sql.indexOf(mark, tag + 1);
        at = end < 0 ? sql.length() : end + mark.length();
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$' || (c >= 0x80 && !Character.isSpaceChar(c));
    }
}
