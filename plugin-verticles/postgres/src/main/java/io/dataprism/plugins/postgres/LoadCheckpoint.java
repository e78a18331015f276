package io.dataprism.plugins.postgres;

import io.dataprism.plugin.Checkpoint;
import org.jspecify.annotations.Nullable;

/** How far one load is. Any thread. */
final class LoadCheckpoint implements Checkpoint {

    private final @Nullable Object before;
    private volatile @Nullable Object last;

    LoadCheckpoint(@Nullable Object before) {
        this.before = before;
    }

    @Override
    public @Nullable Object value() {
        return before;
    }

    @Override
    public void reached(@Nullable Object value) {
        last = value;
    }

    /** Null: no row has come. */
    @Nullable
    Object last() {
        return last;
    }
}
