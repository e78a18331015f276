package io.dataprism.core.format;

import java.nio.charset.StandardCharsets;

/**
 * Quotes what was just written to a sink, in place: the text is copied once, and most often nothing in it needs an escape.
 */
final class Quoting {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SHORT_ESCAPES = new byte[128];

    static {
        SHORT_ESCAPES['"'] = '"';
        SHORT_ESCAPES['\\'] = '\\';
        SHORT_ESCAPES['\n'] = 'n';
        SHORT_ESCAPES['\r'] = 'r';
        SHORT_ESCAPES['\t'] = 't';
        SHORT_ESCAPES['\b'] = 'b';
        SHORT_ESCAPES['\f'] = 'f';
    }

    private Quoting() {}

    /** A JSON string with its quotes. */
    static void json(ByteSink out, String text) {
        out.add('"');
        int start = out.size();
        out.utf8(text);
        escapeJson(out, start);
        out.add('"');
    }

    /** Escapes the bytes from {@code start} on for the inside of a JSON string. */
    static void escapeJson(ByteSink out, int start) {
        int end = out.size();
        int extra = 0;
        byte[] bytes = out.array();
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b >= 0 && (b < 0x20 || b == '"' || b == '\\')) {
                extra += SHORT_ESCAPES[b] != 0 ? 1 : 5;
            }
        }
        if (extra > 0) {
            spreadJson(out, start, end, extra);
        }
    }

    private static void spreadJson(ByteSink out, int start, int end, int extra) {
        out.grow(extra);
        byte[] bytes = out.array();
        int to = end + extra;
        for (int from = end - 1; from >= start; from--) {
            byte b = bytes[from];
            if (b < 0 || (b >= 0x20 && b != '"' && b != '\\')) {
                bytes[--to] = b;
            } else if (SHORT_ESCAPES[b] != 0) {
                bytes[--to] = SHORT_ESCAPES[b];
                bytes[--to] = '\\';
            } else {
                bytes[--to] = HEX[b & 15];
                bytes[--to] = HEX[b >> 4];
                bytes[--to] = '0';
                bytes[--to] = '0';
                bytes[--to] = 'u';
                bytes[--to] = '\\';
            }
        }
    }

    /** Puts the bytes from {@code start} on into quotes where RFC 4180 needs them, and where there are none: {@code ""}. */
    static void csv(ByteSink out, int start) {
        int end = out.size();
        byte[] bytes = out.array();
        int quotes = 0;
        boolean special = start == end;
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b == '"') {
                quotes++;
            }
            special |= b == ',' || b == '\n' || b == '\r';
        }
        if (!special && quotes == 0) {
            return;
        }
        out.grow(quotes + 2);
        bytes = out.array();
        int to = out.size();
        bytes[--to] = '"';
        for (int from = end - 1; from >= start; from--) {
            byte b = bytes[from];
            bytes[--to] = b;
            if (b == '"') {
                bytes[--to] = '"';
            }
        }
        bytes[--to] = '"';
    }
}
