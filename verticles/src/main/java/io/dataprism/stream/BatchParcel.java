package io.dataprism.stream;

import io.dataprism.plugin.Batch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A batch on its way. Whoever takes it first owns it: the receiver, the codec that has written it to the wire, or the sender that
 * reclaims what never arrived. So a message that is dropped anywhere leaks nothing. Safe on any thread.
 */
final class BatchParcel {

    private final AtomicReference<@Nullable Batch> batch;

    BatchParcel(Batch batch) {
        this.batch = new AtomicReference<>(batch);
    }

    /** The batch, to the first who asks. */
    @Nullable
    Batch take() {
        return batch.getAndSet(null);
    }

    /** Takes and closes the batch, if nobody has taken it. */
    void discard() {
        Batch mine = take();
        if (mine != null) {
            mine.close();
        }
    }
}
