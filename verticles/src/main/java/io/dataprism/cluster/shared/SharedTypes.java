package io.dataprism.cluster.shared;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

/** What of ours Hazelcast carries between nodes beside texts and bytes: by number, so that no name of a class is taken from the wire. */
final class SharedTypes implements DataSerializableFactory {

    static final int FACTORY = 710_001;
    static final int HIGHEST_REVISION = 1;
    static final int FINGERPRINT = 2;

    @Override
    public IdentifiedDataSerializable create(int type) {
        return switch (type) {
            case HIGHEST_REVISION -> new HighestRevision();
            case FINGERPRINT -> new Fingerprint();
            default -> throw new IllegalArgumentException("There is no type " + type + " among what is shared.");
        };
    }
}
