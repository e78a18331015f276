package io.dataprism.load.fan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP answer.
 *
 * @param text all of it
 * @param length up to the body
 * @param bodyLength 0 where none is told
 */
record HttpHead(int status, String text, int length, int bodyLength) {

    private static final Pattern LENGTH = Pattern.compile("(?i)\ncontent-length: *(\\d+)");
    private static final int STATUS_FROM = 9;

    /** Reads it from the beginning of what came; null where not all of it is there. */
    static @Nullable HttpHead read(ByteBuffer in) {
        for (int at = 0; at + 4 <= in.limit(); at++) {
            if (in.getInt(at) == 0x0d0a0d0a) {
                byte[] bytes = new byte[at + 4];
                in.get(0, bytes);
                String text = new String(bytes, StandardCharsets.ISO_8859_1);
                Matcher told = LENGTH.matcher(text);
                return new HttpHead(
                        Integer.parseInt(text, STATUS_FROM, STATUS_FROM + 3, 10),
                        text,
                        bytes.length,
                        told.find() ? Integer.parseInt(told.group(1)) : 0);
            }
        }
        return null;
    }
}
