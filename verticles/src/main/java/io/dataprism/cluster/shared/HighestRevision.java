package io.dataprism.cluster.shared;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.dataprism.core.cluster.SharedMap.Value;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Of an entry that two halves of a cluster have, the one that holds by the order of {@link Value}; what cannot be opened never wins. Made by Hazelcast,
 * by its name, on the smaller half, and run where the entry is to lie.
 */
public final class HighestRevision
        implements SplitBrainMergePolicy<byte[], MergingEntry<String, byte[]>, Object>,
                HazelcastInstanceAware,
                IdentifiedDataSerializable {

    private @Nullable Seals seals;

    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
        seals = (Seals) instance.getUserContext().get(Seals.CONTEXT);
    }

    @Override
    public @Nullable Object merge(
            MergingEntry<String, byte[]> merging, @Nullable MergingEntry<String, byte[]> existing) {
        Optional<Value> come = open(merging);
        if (existing == null) {
            return come.isPresent() ? merging.getRawValue() : null;
        }
        Optional<Value> there = open(existing);
        boolean replaces = come.isPresent() && (there.isEmpty() || come.get().compareTo(there.get()) > 0);
        return replaces ? merging.getRawValue() : existing.getRawValue();
    }

    private Optional<Value> open(MergingEntry<String, byte[]> entry) {
        try {
            Object value = entry.getValue();
            return seals != null && value instanceof byte[] sealed
                    ? seals.openInAny(entry.getKey(), sealed)
                    : Optional.empty();
        } catch (RuntimeException notOurs) {
            return Optional.empty(); // whoever reaches the port may have put anything there
        }
    }

    @Override
    public int getFactoryId() {
        return SharedTypes.FACTORY;
    }

    @Override
    public int getClassId() {
        return SharedTypes.HIGHEST_REVISION;
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // it has nothing of its own
    }

    @Override
    public void readData(ObjectDataInput in) {
        // it has nothing of its own
    }
}
