package io.dataprism.cluster.member;

import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data members that the cluster has, seen or not: whose majority may change what is shared. It is shared itself, so that a change of it
 * needs the majority of before. A node adds itself when it has joined, and takes itself off when it leaves in good order, but for the last; one
 * that dies stays on it until it comes back or an operator takes it off. Changing blocks; reading does not.
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
        return map.find(KEY).map(Roster::read).orElse(Set.of());
    }

    /** Adds a node; nothing where it is there. {@code NO_MAJORITY} */
    public void add(String nodeId) {
        change(known -> {
            Set<String> more = new TreeSet<>(known);
            more.add(nodeId);
            return more;
        });
    }

    /** Takes a node off, unless it is the last. {@code NO_MAJORITY} */
    public void remove(String nodeId) {
        change(known -> {
            Set<String> fewer = new TreeSet<>(known);
            fewer.remove(nodeId);
            return fewer.isEmpty() ? known : fewer;
        });
    }

    private void change(UnaryOperator<Set<String>> change) {
        for (int left = TRIES; ; left--) {
            Optional<SharedMap.Value> value = map.find(KEY);
            Set<String> before = value.map(Roster::read).orElse(Set.of());
            Set<String> after = change.apply(before);
            if (after.equals(before)) {
                return;
            }
            JsonObject json = new JsonObject()
                    .put("format", FORMAT)
                    .put("nodes", new JsonArray(after.stream().sorted().toList()));
            try {
                map.put(
                        KEY,
                        value.map(SharedMap.Value::revision).orElse(SharedMap.NEVER),
                        json.toBuffer().getBytes());
                LOG.info("The cluster's data members are {} now", after);
                return;
            } catch (DataPrismException failure) {
                if (failure.code() != ErrorCode.STATE_CONFLICT || left == 0) {
                    throw failure;
                }
            }
        }
    }

    private static Set<String> read(SharedMap.Value value) {
        if (value.deleted()) {
            return Set.of();
        }
        return new JsonObject(Buffer.buffer(value.bytes()))
                .getJsonArray("nodes").stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet());
    }
}
