package io.dataprism.cluster.blob;

import io.dataprism.cluster.Member;
import io.dataprism.cluster.NodeCalls;
import io.dataprism.cluster.NodeStates;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * What carries things between nodes, in memory: the map as {@link SharedMap} says, where each node hears of others' changes a moment later,
 * what nodes say of themselves, and their calls.
 */
final class MemoryCluster {

    private final Vertx vertx;
    private final Map<String, SharedMap.Value> truth = new ConcurrentHashMap<>();
    private final ReentrantLock changing = new ReentrantLock();
    private final List<Copy> copies = new CopyOnWriteArrayList<>();
    private final Map<String, FixedMembers> members = new ConcurrentHashMap<>();
    private final Map<String, Member> present = new ConcurrentHashMap<>();
    private final Map<String, JsonObject> states = new ConcurrentHashMap<>();
    private final List<Consumer<String>> stateListeners = new CopyOnWriteArrayList<>();
    private final Map<String, NodeCalls.Method> methods = new ConcurrentHashMap<>();

    /** Set: nothing can be changed. */
    volatile boolean minority;

    /** Set: a change is made, and who makes it hears that it is not known. */
    volatile boolean indeterminate;

    MemoryCluster(Vertx vertx) {
        this.vertx = vertx;
    }

    FixedMembers join(Member member) {
        FixedMembers seen = new FixedMembers(member.id());
        members.put(member.id(), seen);
        present.put(member.id(), member);
        tellMembers();
        return seen;
    }

    void leave(String id) {
        members.remove(id);
        present.remove(id);
        states.keySet().removeIf(key -> key.startsWith(id + "/"));
        methods.keySet().removeIf(key -> key.startsWith(id + "/"));
        copies.stream().filter(copy -> copy.id.equals(id)).forEach(Copy::close);
        copies.removeIf(copy -> copy.id.equals(id));
        tellMembers();
    }

    private void tellMembers() {
        members.values().forEach(each -> each.become(new ArrayList<>(present.values())));
    }

    Copy map(String id) {
        changing.lock();
        try {
            Copy copy = new Copy(id);
            copy.seen.putAll(truth);
            copies.add(copy);
            return copy;
        } finally {
            changing.unlock();
        }
    }

    NodeStates states(String id) {
        return new NodeStates() {
            @Override
            public void publish(String section, JsonObject state) {
                states.put(id + "/" + section, state);
                stateListeners.forEach(each -> each.accept(id));
            }

            @Override
            public JsonObject of(String nodeId, String section) {
                return states.getOrDefault(nodeId + "/" + section, new JsonObject());
            }

            @Override
            public void onChange(String section, Consumer<String> listener) {
                stateListeners.add(listener);
            }
        };
    }

    NodeCalls calls(String id) {
        return new NodeCalls() {
            @Override
            public void serve(String method, Method how) {
                methods.put(id + "/" + method, how);
            }

            @Override
            public Future<JsonObject> call(
                    String nodeId, String method, Caller caller, JsonObject body, Duration timeout) {
                Method how = methods.get(nodeId + "/" + method);
                return how == null || !present.containsKey(nodeId)
                        ? Future.failedFuture(new DataPrismException(
                                ErrorCode.NODE_LOST, "Node " + nodeId + " is lost.", "Try again."))
                        : how.answer(caller, body.copy())
                                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                                .recover(failure -> Future.failedFuture(
                                        failure instanceof TimeoutException ? late(nodeId, method) : failure));
            }
        };
    }

    private static DataPrismException late(String nodeId, String method) {
        return new DataPrismException(
                ErrorCode.OVERLOADED,
                "Node " + nodeId + " did not answer '" + method + "' in time.",
                "Try again later.");
    }

    /** What a node answers calls with. */
    NodeCalls.Method method(String id, String method) {
        return methods.get(id + "/" + method);
    }

    /** A node's copy of the map. */
    final class Copy implements SharedMap {

        private final String id;
        private final Map<String, Value> seen = new ConcurrentHashMap<>();
        private final List<Listener> listeners = new CopyOnWriteArrayList<>();
        private final ExecutorService thread = Executors.newSingleThreadExecutor();

        Copy(String id) {
            this.id = id;
        }

        @Override
        public Optional<Value> find(String key) {
            return Optional.ofNullable(seen.get(key));
        }

        @Override
        public Optional<Value> fresh(String key) {
            Value now = truth.get(key);
            if (now != null) {
                take(key, now);
            }
            return find(key);
        }

        @Override
        public Map<String, Value> all() {
            Map<String, Value> all = new TreeMap<>(seen);
            all.values().removeIf(Value::deleted);
            return all;
        }

        @Override
        public long put(String key, long expected, byte[] bytes) {
            return change(key, expected, bytes, false);
        }

        @Override
        public long delete(String key, long expected) {
            return change(key, expected, new byte[0], true);
        }

        private long change(String key, long expected, byte[] bytes, boolean deleted) {
            if (minority) {
                throw new DataPrismException(ErrorCode.NO_MAJORITY, "Too few nodes are seen.", "Try again.");
            }
            Value next;
            changing.lock();
            try {
                Value now = truth.get(key);
                if ((now == null ? NEVER : now.revision()) != expected) {
                    throw new DataPrismException(ErrorCode.STATE_CONFLICT, "It has changed.", "Read it again.");
                }
                next = new Value(expected + 1, bytes.clone(), deleted);
                truth.put(key, next);
                copies.forEach(copy -> copy.hear(key, next));
            } finally {
                changing.unlock();
            }
            if (indeterminate) {
                throw new DataPrismException(ErrorCode.NO_MAJORITY, "It is not known what came of it.", "Look.");
            }
            return next.revision();
        }

        private void hear(String key, Value value) {
            thread.execute(() -> {
                take(key, value);
                listeners.forEach(each -> each.changed(key, value));
            });
        }

        private void take(String key, Value value) {
            seen.merge(key, value, (old, fresh) -> fresh.revision() > old.revision() ? fresh : old);
        }

        @Override
        public void listen(Listener listener) {
            seen.forEach(listener::changed);
            listeners.add(listener);
        }

        private void close() {
            thread.shutdownNow();
        }
    }
}
