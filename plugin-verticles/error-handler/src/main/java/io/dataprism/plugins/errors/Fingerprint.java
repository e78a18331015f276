package io.dataprism.plugins.errors;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** What errors that are alike have in common. */
final class Fingerprint {

    private static final Pattern QUOTED = Pattern.compile("'[^']{0,500}'|\"[^\"]{0,500}\"");
    private static final Pattern IDS = Pattern.compile("\\b(?=[0-9a-fA-F-]*[0-9])[0-9a-fA-F-]{8,}\\b");
    private static final Pattern NUMBERS = Pattern.compile("[0-9]+([.,][0-9]+)*");
    private static final int HEX_DIGITS = 16;

    private Fingerprint() {}

    /** The message without what differs from one time to the next: quoted values, ids and numbers. */
    static String pattern(String message) {
        String withoutQuoted = QUOTED.matcher(message).replaceAll("'?'");
        String withoutIds = IDS.matcher(withoutQuoted).replaceAll("?");
        return NUMBERS.matcher(withoutIds).replaceAll("?");
    }

    /** Sixteen hexadecimal digits that are the same for errors that are alike. */
    static String of(ErrorReport report) {
        String node = report.source().startsWith("/nodes/") ? "/nodes" : report.source();
        String parts = String.join("\n", report.topic(), node, report.code(), pattern(report.message()));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(parts.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HEX_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256.", impossible);
        }
    }
}
