package io.dataprism.cluster.shared;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import java.util.function.Consumer;

/** Tells of keys that Hazelcast says have changed. On Hazelcast's threads, of which it needs no time. */
record MapHints(Consumer<String> hint)
        implements EntryAddedListener<String, byte[]>,
                EntryUpdatedListener<String, byte[]>,
                EntryRemovedListener<String, byte[]>,
                EntryMergedListener<String, byte[]> {

    @Override
    public void entryAdded(EntryEvent<String, byte[]> event) {
        hint.accept(event.getKey());
    }

    @Override
    public void entryUpdated(EntryEvent<String, byte[]> event) {
        hint.accept(event.getKey());
    }

    @Override
    public void entryRemoved(EntryEvent<String, byte[]> event) {
        hint.accept(event.getKey());
    }

    @Override
    public void entryMerged(EntryEvent<String, byte[]> event) {
        hint.accept(event.getKey());
    }
}
