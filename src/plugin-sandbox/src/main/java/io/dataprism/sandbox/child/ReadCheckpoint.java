package io.dataprism.sandbox.child;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Checkpoint;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How far one read is. Any thread. */
final class ReadCheckpoint implements Checkpoint {

    private final @Nullable Object value;
    private volatile @Nullable Object last;
    private volatile boolean said;

    ReadCheckpoint(@Nullable Object value) {
        this.value = value;
    }

    @Override
    public @Nullable Object value() {
        return value;
    }

    @Override
    public void reached(@Nullable Object newValue) {
        last = newValue;
        said = true;
    }

    /** Tells the host, where the plugin has said anything, and ends when the host has heard it. */
    Mono<Batch> keep(HostContext context, String callId) {
        return said ? context.requests().checkpoint(callId, last).then(Mono.empty()) : Mono.empty();
    }
}
