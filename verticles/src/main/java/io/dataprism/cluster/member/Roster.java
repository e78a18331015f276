package io.dataprism.cluster.member;

import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data members that the cluster has, seen or not: whose majority may change what is shared. It is shared itself, so that a change of it
 * needs the majority of before. A node adds itself when it has joined, and takes itself off when it leaves in good order, but for the last; one
 * that dies stays on it until it comes back, another takes its address, or an operator takes it off. Changing blocks; reading does not.
 */
public final class Roster {

    private static final Logger LOG = LoggerFactory.getLogger(Roster.class);
    private static final String KEY = "nodes";
    private static final int FORMAT = 1;
    private static final int TRIES = 20;

    private final SharedMap map;

    public Roster(SharedMap map) {
        this.map = map;
    }

    /** The ids of those that there are; empty where nobody has been noted yet. */
    public Set<String> nodes() {
        return known().keySet();
    }

    /** Whether a node is noted at that address. */
    boolean has(String nodeId, String address) {
        return address.equals(known().get(nodeId));
    }

    private Map<String, String> known() {
        return map.find(KEY).map(Roster::read).orElse(Map.of());
    }

    /**
     * Adds a node; nothing where it is there. Who was at its address and is not seen any more goes: it is the same node with another disk,
     * or will come back somewhere else, and add itself. {@code NO_MAJORITY}
     *
     * @param address {@code host:port}, at which no two can be
     * @param isSeen whether a node is a member now
     */
    public void add(String nodeId, String address, Predicate<String> isSeen) {
        change(known -> {
            Map<String, String> more = new TreeMap<>(known);
            more.entrySet().removeIf(each -> each.getValue().equals(address) && !isSeen.test(each.getKey()));
            more.put(nodeId, address);
            return more;
        });
    }

    /** Takes a node off, unless it is the last. {@code NO_MAJORITY} */
    public void remove(String nodeId) {
        change(known -> {
            Map<String, String> fewer = new TreeMap<>(known);
            fewer.remove(nodeId);
            return fewer.isEmpty() ? known : fewer;
        });
    }

    private void change(UnaryOperator<Map<String, String>> change) {
        for (int left = TRIES; ; left--) {
            Optional<SharedMap.Value> value = map.find(KEY);
            Map<String, String> before = value.map(Roster::read).orElse(Map.of());
            Map<String, String> after = change.apply(before);
            if (after.equals(before)) {
                return;
            }
            JsonObject json =
                    new JsonObject().put("format", FORMAT).put("nodes", new JsonObject(new LinkedHashMap<>(after)));
            try {
                map.put(
                        KEY,
                        value.map(SharedMap.Value::revision).orElse(SharedMap.NEVER),
                        json.toBuffer().getBytes());
                LOG.info("The cluster's data members are {} now", after.keySet());
                return;
            } catch (DataPrismException failure) {
                if (failure.code() != ErrorCode.STATE_CONFLICT || left == 0) {
                    throw failure;
                }
            }
        }
    }

    private static Map<String, String> read(SharedMap.Value value) {
        Map<String, String> nodes = new TreeMap<>();
        if (!value.deleted()) {
            new JsonObject(Buffer.buffer(value.bytes()))
                    .getJsonObject("nodes")
                    .forEach(node -> nodes.put(node.getKey(), String.valueOf(node.getValue())));
        }
        return nodes;
    }
}
