package io.dataprism.cluster.shared;

import io.dataprism.core.cluster.SharedMap.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node has of a map, in memory and on disk, deletions too. Reading is for any thread and never blocks; taking blocks on the disk,
 * one at a time.
 */
final class LocalCopy {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCopy.class);

    private final String map;
    private final Seals seals;
    private final CopyFolder disk;
    private final ConcurrentSkipListMap<String, Value> held = new ConcurrentSkipListMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Set<String> unwritten = new TreeSet<>();

    /** Reads what is on disk. */
    LocalCopy(String map, Seals seals, CopyFolder disk) {
        this.map = map;
        this.seals = seals;
        this.disk = disk;
        disk.read((key, found) -> {
            Optional<Value> value = seals.open(map, key, found);
            value.ifPresent(opened -> hold(key, opened));
            return value.isPresent();
        });
    }

    @Nullable
    Value find(String key) {
        return held.get(key);
    }

    /** By key. */
    Map<String, Value> all() {
        return held;
    }

    /** Of all values, without their keys. */
    long bytes() {
        return bytes.get();
    }

    /** Takes a value that holds over what is there; false where it does not. @param sealed for the disk */
    synchronized boolean take(String key, Value value, byte[] sealed) {
        Value before = held.get(key);
        if (before != null && value.compareTo(before) <= 0) {
            return false;
        }
        hold(key, value);
        write(key, sealed);
        return true;
    }

    /** Writes what could not be written before. */
    synchronized void writeAgain() {
        for (String key : List.copyOf(new ArrayList<>(unwritten))) {
            Value value = held.get(key);
            if (value != null) {
                write(key, seals.seal(map, key, value));
            }
        }
    }

    private void hold(String key, Value value) {
        Value before = held.put(key, value);
        bytes.addAndGet((long) value.bytes().length - (before == null ? 0 : before.bytes().length));
    }

    private void write(String key, byte[] sealed) {
        try {
            disk.write(key, sealed);
            unwritten.remove(key);
        } catch (IOException failure) {
            if (unwritten.add(key)) {
                LOG.error("{}/{} could not be written to this node's disk; it is tried again", map, key, failure);
            }
        }
    }
}
