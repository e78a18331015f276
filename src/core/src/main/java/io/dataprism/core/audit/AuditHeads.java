package io.dataprism.core.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dataprism.core.catalog.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heads of other nodes' logs, in {@code audit/heads.json} (mode 0600, whole): of at most {@value #NODES_LIMIT} nodes, of which those
 * that were silent longest make room. Any thread; reading and writing the file blocks.
 */
public final class AuditHeads {

    static final int NODES_LIMIT = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(AuditHeads.class);
    private static final String FORMAT = "dataprism-audit-heads";
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, KeptHeads> byNode = new TreeMap<>();
    private boolean changed;

    /** Those that a data folder keeps; a file that cannot be read is put aside, and none are known. */
    public static AuditHeads ofFolder(Path dataDirectory) throws IOException {
        Path file = AuditFiles.of(dataDirectory).heads();
        try {
            return Files.exists(file) ? read(file) : new AuditHeads();
        } catch (IllegalArgumentException unreadable) {
            Path aside = file.resolveSibling("heads.json.unreadable");
            LOG.warn("{}; it is put aside as {}", unreadable.getMessage(), aside);
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            return new AuditHeads();
        }
    }

    /**
     * Those of a file.
     *
     * @throws IllegalArgumentException where it is none of ours
     */
    public static AuditHeads read(Path file) throws IOException {
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            if (!json.path("format").asText().equals(FORMAT)
                    || json.path("version").asInt() != VERSION) {
                throw new IllegalArgumentException(
                        "The file " + file + " names a format that is not " + FORMAT + " " + VERSION);
            }
            AuditHeads heads = new AuditHeads();
            json.path("nodes")
                    .properties()
                    .forEach(node -> heads.byNode.put(node.getKey(), kept(node.getKey(), node.getValue())));
            return heads;
        } catch (JsonProcessingException | DateTimeException e) {
            throw new IllegalArgumentException("The file " + file + " cannot be read as heads of audit logs", e);
        }
    }

    private static KeptHeads kept(String node, JsonNode json) {
        String key = json.path("key").asText();
        List<KeptHeads.Kept> heads = new ArrayList<>();
        for (JsonNode each : json.path("heads")) {
            AuditHead head = new AuditHead(
                    node,
                    each.path("seq").asLong(),
                    each.path("hash").asText(),
                    each.path("signature").asText(),
                    key);
            heads.add(new KeptHeads.Kept(head, Instant.parse(each.path("time").asText())));
        }
        if (heads.isEmpty()) {
            throw new IllegalArgumentException("There are no heads of node " + node);
        }
        return new KeptHeads(key, Instant.parse(json.path("seen").asText()), heads);
    }

    /** Keeps a head, where it is newer than what is there; one that its key has not signed is not kept. */
    public void keep(AuditHead head, Instant now) {
        KeptHeads known = knownOf(head.node());
        boolean news = known == null
                || (head.key().equals(known.key())
                        && head.sequence() > known.heads().getLast().head().sequence());
        if (news && head.isGenuine()) {
            put(head, now);
        }
    }

    private synchronized @Nullable KeptHeads knownOf(String node) {
        return byNode.get(node);
    }

    private synchronized void put(AuditHead head, Instant now) {
        byNode.merge(
                head.node(),
                new KeptHeads(head.key(), now, List.of(new KeptHeads.Kept(head, now))),
                (kept, first) -> kept.with(head, now));
        if (byNode.size() > NODES_LIMIT) {
            byNode.entrySet().stream()
                    .min(Comparator.comparing(each -> each.getValue().seen()))
                    .ifPresent(silent -> byNode.remove(silent.getKey()));
        }
        changed = true;
    }

    /** What is kept of a node, the oldest first; empty where nothing is. */
    public synchronized List<AuditHead> of(String node) {
        KeptHeads kept = byNode.get(node);
        return kept == null
                ? List.of()
                : kept.heads().stream().map(KeptHeads.Kept::head).toList();
    }

    /** The nodes that told something within that time, sorted. */
    public synchronized List<String> nodesSeen(Instant now, Duration within) {
        return byNode.entrySet().stream()
                .filter(each -> each.getValue().seen().isAfter(now.minus(within)))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Writes the file of a data folder, where something has changed since it was read or written. One thread at a time. */
    public void save(Path dataDirectory) throws IOException {
        byte[] bytes;
        synchronized (this) {
            if (!changed) {
                return;
            }
            changed = false;
            bytes = JSON.writeValueAsBytes(toJson());
        }
        DurableFiles.write(AuditFiles.of(dataDirectory).heads(), bytes);
    }

    private ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode().put("format", FORMAT).put("version", VERSION);
        ObjectNode nodes = json.putObject("nodes");
        byNode.forEach((node, kept) -> {
            ObjectNode each = nodes.putObject(node)
                    .put("key", kept.key())
                    .put("seen", kept.seen().toString());
            ArrayNode heads = each.putArray("heads");
            kept.heads()
                    .forEach(one -> heads.addObject()
                            .put("seq", one.head().sequence())
                            .put("hash", one.head().hash())
                            .put("signature", one.head().signature())
                            .put("time", one.time().toString()));
        });
        return json;
    }
}
