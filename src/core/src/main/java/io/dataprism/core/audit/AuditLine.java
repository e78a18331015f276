package io.dataprism.core.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of the log: {@code {"seq", "time", "node", "action", "principal", "onBehalfOf"?, "target", "outcome", "details",
 * "prev", "hash"}}, members in this order, no white space between them. {@code hash} is last, and is the SHA-256 of {@code
 * prev}, a line feed, and the line as it is without its {@code hash}. So any changed byte shows.
 *
 * <p>Line 0 is the head: {@code {"seq": 0, "format": "dataprism-audit", "version": 1, "time", "node", "prev", "hash"}}.
 */
record AuditLine(long sequence, String prev, String hash, JsonNode json) {

    static final String FORMAT = "dataprism-audit";
    static final int VERSION = 1;
    /** How every line begins, up to its number. */
    static final byte[] START = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);

    static final String NO_HASH = "0".repeat(64);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern HASH_AT_END = Pattern.compile(",\"hash\":\"([0-9a-f]{64})\"}$");

    /** A line as text and its hash. */
    record Written(String text, String hash) {}

    static Written head(Instant time, String node) {
        ObjectNode line = JSON.createObjectNode()
                .put("seq", 0)
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("time", time.toString())
                .put("node", node);
        return chained(line, NO_HASH);
    }

    static Written of(long sequence, String node, AuditEntry entry, String prev) {
        ObjectNode line = JSON.createObjectNode()
                .put("seq", sequence)
                .put("time", entry.time().toString())
                .put("node", node)
                .put("action", entry.action())
                .put("principal", entry.principal());
        if (!entry.onBehalfOf().isEmpty()) {
            entry.onBehalfOf().forEach(line.withArray("onBehalfOf")::add);
        }
        line.put("target", entry.target()).put("outcome", entry.outcome()).set("details", details(entry));
        return chained(line, prev);
    }

    private static JsonNode details(AuditEntry entry) {
        try {
            return JSON.readTree(entry.detailsJson());
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode().put("unreadable", entry.detailsJson());
        }
    }

    private static Written chained(ObjectNode line, String prev) {
        String unhashed = line.put("prev", prev).toString();
        String hash = hash(prev, unhashed);
        return new Written(unhashed.substring(0, unhashed.length() - 1) + ",\"hash\":\"" + hash + "\"}", hash);
    }

    private static String hash(String prev, String unhashed) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((prev + "\n" + unhashed).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    /** Reads a line whose hash is right; null where it is not, or it is no line at all. */
    static @Nullable AuditLine readIntact(String text) {
        var end = HASH_AT_END.matcher(text);
        if (!end.find()) {
            return null;
        }
        try {
            JsonNode json = JSON.readTree(text);
            String prev = json.path("prev").asText();
            boolean intact = hash(prev, text.substring(0, end.start()) + "}").equals(end.group(1));
            return intact ? new AuditLine(json.path("seq").asLong(-1), prev, end.group(1), json) : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
