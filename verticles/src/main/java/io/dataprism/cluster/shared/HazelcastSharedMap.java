package io.dataprism.cluster.shared;

import com.hazelcast.map.IMap;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import io.dataprism.core.cluster.SharedMap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** One map: Hazelcast's, this node's copy of it, and what makes them equal. {@link #look} and {@link #follow} belong to the thread. */
final class HazelcastSharedMap implements SharedMap {

    private final String name;
    private final IMap<String, byte[]> map;
    private final Seals seals;
    private final LocalCopy copy;
    private final SharedContext context;
    private final Changes changes;
    private final Complaints complaints = new Complaints();
    private final Map<String, byte[]> examined = new ConcurrentHashMap<>();
    private final List<Told> listeners = new CopyOnWriteArrayList<>();
    private long withheld; // offers that could not be made; the thread's

    /** Reads the copy on disk. Blocks. */
    HazelcastSharedMap(IMap<String, byte[]> map, Seals seals, CopyFolder disk, SharedContext context) {
        this.name = map.getName();
        this.map = map;
        this.seals = seals;
        this.copy = new LocalCopy(name, seals, disk);
        this.context = context;
        this.changes = new Changes(map, seals, copy, context);
        map.addEntryListener(new MapHints(key -> context.thread().hint(this, key)), false);
    }

    String name() {
        return name;
    }

    @Override
    public Optional<Value> find(String key) {
        return Optional.ofNullable(copy.find(key));
    }

    @Override
    public Map<String, Value> all() {
        Map<String, Value> all = new TreeMap<>();
        copy.all().forEach((key, value) -> {
            if (!value.deleted()) {
                all.put(key, value);
            }
        });
        return all;
    }

    @Override
    public Optional<Value> fresh(String key) {
        try {
            byte[] there = map.get(key);
            if (there != null) {
                seals.open(name, key, there).ifPresent(value -> take(key, value, there));
            }
        } catch (RuntimeException unreachable) {
            complaints.say("{}/{} is read from this node's copy: Hazelcast says {}", name, key, unreachable);
        }
        return find(key);
    }

    @Override
    public long put(String key, long expected, byte[] bytes) {
        return change(key, expected, bytes.clone(), false);
    }

    @Override
    public long delete(String key, long expected) {
        return change(key, expected, new byte[0], true);
    }

    private long change(String key, long expected, byte[] bytes, boolean deleted) {
        try {
            return changes.make(key, expected, bytes, deleted);
        } finally {
            context.thread().hint(this, key); // of what was made, or of what was newer
        }
    }

    @Override
    public void listen(Listener listener) {
        Told told = new Told(name, listener);
        synchronized (told) {
            listeners.add(told); // what comes meanwhile waits for what there is
            told.tellAll(copy.all());
        }
    }

    /** Looks at every entry; brings what is newer here there, and what is newer there here. False where not all could be brought. */
    synchronized boolean look() {
        long held = withheld;
        copy.writeAgain();
        Map<String, byte[]> there = new HashMap<>();
        for (byte[] answer : map.project(new Fingerprint())) {
            if (answer != null && Fingerprint.isOne(answer)) {
                there.put(Fingerprint.key(answer), Fingerprint.print(answer));
            }
        }
        examined.keySet().retainAll(there.keySet());
        there.forEach((key, print) -> {
            if (!Arrays.equals(print, examined.get(key))) {
                examine(key, map.get(key));
            }
        });
        copy.all().keySet().stream().filter(key -> !there.containsKey(key)).forEach(key -> examine(key, null));
        listeners.forEach(told -> told.tellAll(copy.all()));
        return held == withheld;
    }

    /** Looks at one entry. */
    synchronized void follow(String key) {
        try {
            examine(key, map.get(key));
        } catch (RuntimeException unreachable) {
            complaints.say("{}/{} is looked at later: Hazelcast says {}", name, key, unreachable);
        }
        Value value = copy.find(key);
        if (value != null) {
            listeners.forEach(told -> told.tell(key, value));
        }
    }

    private void examine(String key, byte @Nullable [] there) {
        Value own = copy.find(key);
        Value found = there == null ? null : seals.open(name, key, there).orElse(null);
        if (there != null && found == null) {
            context.counters().unverifiable().incrementAndGet();
            complaints.say("{}/{} in Hazelcast was not sealed by a node of this cluster and is ignored", name, key);
        }
        int order = compare(found, own);
        if (order < 0 && own != null) {
            offer(key, there, own);
            return;
        }
        if (order > 0 && found != null && there != null) {
            take(key, found, there);
        }
        if (there != null) {
            examined.put(key, Fingerprint.of(there));
        }
    }

    private static int compare(@Nullable Value found, @Nullable Value own) {
        if (found == null || own == null) {
            return Boolean.compare(found != null, own != null);
        }
        return found.compareTo(own);
    }

    private void take(String key, Value value, byte[] sealed) {
        if (copy.take(key, value, sealed)) {
            context.counters().taken().incrementAndGet();
        }
    }

    /** Where another was faster, the next look finds what there is then. */
    private void offer(String key, byte @Nullable [] there, Value own) {
        if (!context.majority().getAsBoolean()) {
            withheld++;
            return;
        }
        byte[] sealed = seals.seal(name, key, own);
        try {
            boolean made = there == null ? map.putIfAbsent(key, sealed) == null : map.replace(key, there, sealed);
            if (made) {
                examined.put(key, Fingerprint.of(sealed));
                context.counters().offered().incrementAndGet();
            }
        } catch (SplitBrainProtectionException notYet) {
            withheld++; // Hazelcast asks for the majority once in a heartbeat
            context.thread().lookSoon();
        }
    }
}
