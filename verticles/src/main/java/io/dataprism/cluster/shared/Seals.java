package io.dataprism.cluster.shared;

import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.cluster.SharedMap.Value;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Seals values at their places: a map's name in Hazelcast, and a key. Any thread. */
final class Seals {

    /** Under which Hazelcast's user context has the instance's: merge policies are made by Hazelcast, and look there. */
    static final String CONTEXT = "dataprism.shared.seals";

    private final ClusterKey secret;
    private final Set<String> maps = ConcurrentHashMap.newKeySet();

    Seals(ClusterKey secret) {
        this.secret = secret;
    }

    byte[] seal(String map, String key, Value value) {
        return secret.seal(map + "/" + key, Envelope.write(value));
    }

    /** Empty where it was sealed for another place, with another key, or not at all. */
    Optional<Value> open(String map, String key, byte[] sealed) {
        return secret.open(map + "/" + key, sealed).flatMap(Envelope::read);
    }

    /** The map is in use. */
    void use(String map) {
        maps.add(map);
    }

    /** The same, where the key is known and the map is not: a merge policy is not told whose entries it merges. */
    Optional<Value> openInAny(String key, byte[] sealed) {
        return maps.stream().flatMap(map -> open(map, key, sealed).stream()).findFirst();
    }
}
