package io.dataprism.audit;

import io.dataprism.core.audit.AuditFilter;
import io.dataprism.core.audit.AuditHead;
import io.dataprism.core.audit.AuditPage;
import io.dataprism.core.audit.AuditStart;
import io.dataprism.core.audit.AuditVerifier;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What nodes say to each other of their audit logs. */
final class AuditMessages {

    private AuditMessages() {}

    static JsonObject ofRead(AuditFilter filter, AuditStart from, int most, int bytes) {
        return new JsonObject()
                .put("plugin", filter.plugin())
                .put("action", filter.action())
                .put("user", filter.user())
                .put("scope", filter.scope() == null ? null : new JsonArray(filter.scope()))
                .put("after", from.afterSequence())
                .put("afterMillis", from.afterMillis())
                .put("offset", from.offset())
                .put("most", most)
                .put("bytes", bytes);
    }

    static AuditFilter toFilter(JsonObject read) {
        JsonArray scope = read.getJsonArray("scope");
        return new AuditFilter(
                read.getString("plugin"),
                read.getString("action"),
                read.getString("user"),
                scope == null ? null : scope.stream().map(String::valueOf).toList());
    }

    static AuditStart toStart(JsonObject json) {
        return new AuditStart(json.getLong("after"), json.getLong("afterMillis"), json.getLong("offset"));
    }

    static JsonObject ofPage(AuditPage page) {
        JsonArray lines = new JsonArray();
        page.lines()
                .forEach(line -> lines.add(
                        new JsonArray().add(line.sequence()).add(line.millis()).add(line.json())));
        return new JsonObject()
                .put("lines", lines)
                .put("after", page.next().afterSequence())
                .put("afterMillis", page.next().afterMillis())
                .put("offset", page.next().offset())
                .put("end", page.end());
    }

    static AuditPage toPage(JsonObject json) {
        List<AuditPage.Line> lines = new ArrayList<>();
        for (Object each : json.getJsonArray("lines")) {
            JsonArray line = (JsonArray) each;
            lines.add(new AuditPage.Line(line.getLong(0), line.getLong(1), line.getString(2)));
        }
        return new AuditPage(lines, toStart(json), json.getBoolean("end"));
    }

    static JsonArray ofHeads(List<AuditHead> heads) {
        JsonArray json = new JsonArray();
        heads.forEach(head -> json.add(ofHead(head)));
        return json;
    }

    static JsonObject ofHead(AuditHead head) {
        return new JsonObject()
                .put("seq", head.sequence())
                .put("hash", head.hash())
                .put("signature", head.signature())
                .put("key", head.key());
    }

    /** Null where it is none. */
    static @Nullable AuditHead toHead(String node, JsonObject json) {
        return json.getValue("seq") instanceof Number sequence
                        && json.getValue("hash") instanceof String hash
                        && json.getValue("signature") instanceof String signature
                        && json.getValue("key") instanceof String key
                ? new AuditHead(node, sequence.longValue(), hash, signature, key)
                : null;
    }

    /** Those that are some. */
    static List<AuditHead> toHeads(String node, @Nullable JsonArray json) {
        List<AuditHead> heads = new ArrayList<>();
        for (Object each : json == null ? new JsonArray() : json) {
            AuditHead head = each instanceof JsonObject object ? toHead(node, object) : null;
            if (head != null) {
                heads.add(head);
            }
        }
        return heads;
    }

    /** As in the contract. */
    static JsonObject ofVerdict(String node, AuditVerifier.Verdict verdict) {
        JsonObject json =
                new JsonObject().put("node", node).put("lines", verdict.lines()).put("ok", verdict.ok());
        return verdict.ok() ? json : json.put("firstBad", verdict.firstBad()).put("reason", verdict.reason());
    }

    static JsonObject notReached(String node, String why) {
        return new JsonObject()
                .put("node", node)
                .put("lines", 0)
                .put("ok", false)
                .put("reason", why);
    }
}
