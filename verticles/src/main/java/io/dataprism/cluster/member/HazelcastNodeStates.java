package io.dataprism.cluster.member;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.dataprism.cluster.NodeStates;
import io.dataprism.cluster.SectionListeners;
import io.dataprism.core.cluster.ClusterKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link NodeStates} in a map of Hazelcast: an entry for each member and section, sealed for that member's id in Hazelcast, which no other can
 * have at the same time. All are in memory here as well. Its own thread sends, at most every {@value #PAUSE_MILLIS} ms, and looks at everything
 * every {@value #LOOK_MILLIS} ms, since what Hazelcast tells of changes can be lost when two halves of a cluster become one.
 */
final class HazelcastNodeStates implements NodeStates, AutoCloseable {

    static final String MAP = "dataprism.nodes";

    private static final Logger LOG = LoggerFactory.getLogger(HazelcastNodeStates.class);
    private static final long PAUSE_MILLIS = 20;
    private static final long LOOK_MILLIS = 2_000;
    private static final String ID = "id";
    private static final String STATE = "state";
    private static final String NUMBER = "number";

    private final HazelcastInstance hazelcast;
    private final ClusterKey key;
    private final String nodeId;
    private final IMap<String, byte[]> map;
    private final SectionListeners listeners = new SectionListeners();
    private final Map<String, JsonObject> own = new ConcurrentHashMap<>();
    private final Set<String> unsent = ConcurrentHashMap.newKeySet();
    private final LongAdder forged = new LongAdder();
    private final AtomicLong number = new AtomicLong();

    /** Entries of members that were not seen at the last look; the sender's. */
    private Set<String> strangers = Set.of();

    /** What is in the map, opened, by its key. */
    private final Map<String, Word> words = new ConcurrentHashMap<>();

    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("node-states").daemon().factory());

    /**
     * What a member says.
     *
     * @param number higher than that of what it has said before
     * @param sealed as it is in the map, so that what has not changed is not opened again
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by content where it is
    private record Word(UUID member, String section, String nodeId, JsonObject state, long number, byte[] sealed) {}

    HazelcastNodeStates(HazelcastInstance hazelcast, ClusterKey key, String nodeId) {
        this.hazelcast = hazelcast;
        this.key = key;
        this.nodeId = nodeId;
        this.map = hazelcast.getMap(MAP);
        map.addEntryListener((EntryAddedListener<String, byte[]>) this::changed, true);
        map.addEntryListener((EntryUpdatedListener<String, byte[]>) this::changed, true);
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleState.MERGED) {
                later(this::sayAllAgain);
            }
        });
        sender.scheduleWithFixedDelay(this::send, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        sender.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void publish(String section, JsonObject state) {
        own.put(section, state);
        unsent.add(section);
        listeners.tell(section, nodeId);
    }

    /** The same, and back when it is in the map. Blocks. */
    void publishNow(String section, JsonObject state) {
        own.put(section, state);
        say(section);
        listeners.tell(section, nodeId);
    }

    @Override
    public JsonObject of(String id, String section) {
        if (id.equals(nodeId)) {
            return own.getOrDefault(section, new JsonObject());
        }
        return words.values().stream()
                .filter(word -> word.nodeId().equals(id) && word.section().equals(section))
                .map(Word::state)
                .findFirst()
                .orElseGet(JsonObject::new);
    }

    /** What a member of Hazelcast says in a section; empty where it has said nothing that is sealed for it. */
    Optional<JsonObject> ofMember(UUID member, String section) {
        if (member.equals(self())) {
            return Optional.ofNullable(own.get(section));
        }
        return Optional.ofNullable(words.get(place(member, section))).map(Word::state);
    }

    @Override
    public void onChange(String section, Consumer<String> listener) {
        listeners.add(section, listener);
    }

    /** Entries that nobody with the cluster's key has made, since the start. */
    long forged() {
        return forged.sum();
    }

    /** A member has left: what it has said is forgotten, and who listens is told. */
    void gone(UUID member) {
        for (Map.Entry<String, Word> entry : words.entrySet()) {
            if (entry.getValue().member().equals(member) && words.remove(entry.getKey(), entry.getValue())) {
                listeners.tell(entry.getValue().section(), entry.getValue().nodeId());
            }
        }
    }

    private UUID self() {
        return hazelcast.getCluster().getLocalMember().getUuid();
    }

    private static String place(UUID member, String section) {
        return member + "/" + section;
    }

    private void send() {
        for (String section : unsent) {
            unsent.remove(section);
            try {
                say(section);
            } catch (HazelcastInstanceNotActiveException leaving) {
                return;
            } catch (RuntimeException failure) {
                unsent.add(section);
                LOG.warn("Other nodes could not be told of section {}; it is tried again", section, failure);
                return;
            }
        }
    }

    private void say(String section) {
        JsonObject word = new JsonObject()
                .put(ID, nodeId)
                .put(NUMBER, number.incrementAndGet())
                .put(STATE, own.get(section));
        String place = place(self(), section);
        map.set(place, key.seal(MAP + "/" + place, word.toBuffer().getBytes()));
    }

    private void sayAllAgain() {
        unsent.addAll(own.keySet());
    }

    private void changed(EntryEvent<String, byte[]> event) {
        take(event.getKey(), event.getValue());
    }

    private void look() {
        try {
            UUID self = self();
            Set<UUID> there = new HashSet<>();
            hazelcast.getCluster().getMembers().forEach(member -> there.add(member.getUuid()));
            Set<String> seen = new HashSet<>();
            Set<String> strange = new HashSet<>();
            map.entrySet().forEach(entry -> {
                seen.add(entry.getKey());
                UUID member = memberOf(entry.getKey());
                if (member == null || !there.contains(member)) {
                    strange.add(entry.getKey());
                } else {
                    take(entry.getKey(), entry.getValue());
                }
            });
            // who has just joined may have said something before it is seen: what is strange twice is left over
            strange.stream().filter(strangers::contains).forEach(map::removeAsync);
            strangers = strange;
            own.keySet().stream()
                    .filter(section -> !seen.contains(place(self, section)))
                    .forEach(unsent::add);
            words.values().stream()
                    .map(Word::member)
                    .distinct()
                    .filter(member -> !there.contains(member))
                    .toList()
                    .forEach(this::gone);
        } catch (HazelcastInstanceNotActiveException leaving) {
            LOG.debug("The cluster has been left");
        } catch (RuntimeException failure) {
            LOG.warn("What nodes say of themselves could not be looked at; it is tried again", failure);
        }
    }

    private void take(String place, byte @Nullable [] sealed) {
        UUID member = memberOf(place);
        Word known = words.get(place);
        if (member == null || sealed == null || known != null && Arrays.equals(known.sealed(), sealed)) {
            return;
        }
        if (member.equals(self())) {
            return;
        }
        Optional<byte[]> plain = key.open(MAP + "/" + place, sealed);
        if (plain.isEmpty()) {
            forged.increment();
            LOG.debug("The entry {} is none of a node's with this cluster's key", place);
            return;
        }
        JsonObject word = new JsonObject(Buffer.buffer(plain.get()));
        String section = place.substring(place.indexOf('/') + 1);
        Word said = new Word(
                member,
                section,
                word.getString(ID),
                word.getJsonObject(STATE, new JsonObject()),
                word.getLong(NUMBER),
                sealed);
        if (words.merge(place, said, (old, fresh) -> fresh.number() > old.number() ? fresh : old) == said) {
            listeners.tell(section, said.nodeId());
        }
    }

    private static @Nullable UUID memberOf(String place) {
        int slash = place.indexOf('/');
        try {
            return slash < 0 ? null : UUID.fromString(place.substring(0, slash));
        } catch (IllegalArgumentException foreign) {
            return null;
        }
    }

    private void later(Runnable task) {
        try {
            sender.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException failure) {
                    LOG.debug("A look at what nodes say failed", failure);
                }
            });
        } catch (RejectedExecutionException closed) {
            LOG.debug("Closed already");
        }
    }

    @Override
    public void close() {
        sender.shutdownNow();
    }
}
