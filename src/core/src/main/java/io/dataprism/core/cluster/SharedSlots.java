package io.dataprism.core.cluster;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Many small things that come and go, in a {@link SharedMap}: each lies in one of a fixed number of slots, by the digest of its name, and what
 * is gone leaves nothing behind, where a key of its own would leave a deletion for ever. Writers of one slot wait for each other; the last
 * one to write a name holds. Reading is from memory, on any thread; changing blocks.
 *
 * @param group before the number of each slot: whose things they are
 * @param count of slots; may never change for a group
 */
public record SharedSlots(SharedMap map, String group, int count) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<TreeMap<String, byte[]>> THINGS = new TypeReference<>() {};

    /** In one slot's JSON, so that base64 and names fit into what a key may have. */
    private static final int SLOT_BYTES = 2 * 1024 * 1024;

    private static final int ATTEMPTS = 32;

    /** Hears of slots. */
    @FunctionalInterface
    public interface Listener {

        /** What a slot has now; on a thread that may block. What it throws is logged, and it is told again. */
        void changed(int slot, Map<String, byte[]> things);
    }

    /** Whether anything of the group was ever set. */
    public boolean isKnown() {
        for (int slot = 0; slot < count; slot++) {
            if (map.find(key(slot)).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** A thing as this node knows it. */
    public Optional<byte[]> find(String name) {
        return Optional.ofNullable(read(map.find(key(slotOf(name)))).get(name));
    }

    /** As of now; blocks. */
    public Optional<byte[]> fresh(String name) {
        return Optional.ofNullable(read(map.fresh(key(slotOf(name)))).get(name));
    }

    /** All, by name. */
    public Map<String, byte[]> all() {
        Map<String, byte[]> all = new TreeMap<>();
        for (int slot = 0; slot < count; slot++) {
            all.putAll(read(map.find(key(slot))));
        }
        return all;
    }

    /** Replaces a thing, or takes it away; answers whether there was one. @param bytes null: away */
    public boolean set(String name, byte @Nullable [] bytes) {
        boolean[] there = new boolean[1];
        change(slotOf(name), things -> {
            there[0] = bytes == null ? things.remove(name) != null : things.put(name, bytes) != null;
            return things;
        });
        return there[0];
    }

    /** Changes a slot, again where another node is faster. @param change is given a copy */
    public void change(int slot, UnaryOperator<Map<String, byte[]>> change) {
        String key = key(slot);
        for (int attempt = 1; ; attempt++) {
            Optional<SharedMap.Value> before = map.fresh(key);
            Map<String, byte[]> things = read(before);
            byte[] after = write(change.apply(new TreeMap<>(things)));
            if (Arrays.equals(after, write(things))) {
                return;
            }
            try {
                map.put(key, before.map(SharedMap.Value::revision).orElse(SharedMap.NEVER), after);
                return;
            } catch (DataPrismException failure) {
                if (failure.code() != ErrorCode.STATE_CONFLICT || attempt == ATTEMPTS) {
                    throw failure;
                }
            }
        }
    }

    /** Takes away all of the group. */
    public void clear() {
        for (int slot = 0; slot < count; slot++) {
            String key = key(slot);
            if (map.find(key).isPresent()) {
                change(slot, things -> Map.of());
            }
        }
    }

    /** Adds a listener, told first of all slots that were ever used, before this is back. */
    public void listen(Listener listener) {
        map.listen((key, value) -> {
            int slot = slotOfKey(key);
            if (slot >= 0) {
                listener.changed(slot, read(Optional.of(value)));
            }
        });
    }

    /** In which a thing lies. */
    public int slotOf(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return Math.floorMod((digest[0] & 0xff) << 8 | digest[1] & 0xff, count);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256.", impossible);
        }
    }

    private String key(int slot) {
        return group + "/" + slot;
    }

    private int slotOfKey(String key) {
        if (!key.startsWith(group + "/")) {
            return -1;
        }
        try {
            int slot = Integer.parseInt(key.substring(group.length() + 1));
            return slot < count ? slot : -1;
        } catch (NumberFormatException anothers) {
            return -1;
        }
    }

    private static Map<String, byte[]> read(Optional<SharedMap.Value> value) {
        if (value.isEmpty() || value.get().bytes().length == 0) {
            return Map.of();
        }
        try {
            return JSON.readValue(value.get().bytes(), THINGS);
        } catch (IOException damaged) {
            throw new IllegalStateException("What nodes share under a slot is no JSON of names and bytes.", damaged);
        }
    }

    private byte[] write(Map<String, byte[]> things) {
        try {
            byte[] json = things.isEmpty() ? new byte[0] : JSON.writeValueAsBytes(things);
            if (json.length > SLOT_BYTES) {
                throw new DataPrismException(
                        ErrorCode.QUOTA_EXCEEDED,
                        "What nodes share of " + group + " would have " + json.length + " bytes in one of its " + count
                                + " parts; at most " + SLOT_BYTES + " are shared in each.",
                        "Delete what is no longer needed, or keep less.");
            }
            return json;
        } catch (IOException impossible) {
            throw new IllegalStateException("Names and bytes have a form in JSON.", impossible);
        }
    }
}
