package io.dataprism.cluster.event;

import io.dataprism.core.event.EventDraft;
import io.dataprism.core.event.StoredEvent;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What is to be added to a shard's ring, until it has been, and has been read back. The ring thread's own, once it is taken. */
final class Pending {

    private static final long CLEAR_BYTES = 256;

    private final @Nullable EventDraft draft;
    private final long timeMillis;
    private final long deadlineNanos;
    private final CompletableFuture<@Nullable StoredEvent> done = new CompletableFuture<>();

    private long number = -1;
    private boolean mustBeSent = true;
    private boolean acknowledged;
    private boolean shown;
    private @Nullable StoredEvent event;

    /** @param draft null: everything is to be forgotten */
    Pending(@Nullable EventDraft draft, long timeMillis, long deadlineNanos) {
        this.draft = draft;
        this.timeMillis = timeMillis;
        this.deadlineNanos = deadlineNanos;
    }

    CompletableFuture<@Nullable StoredEvent> done() {
        return done;
    }

    long weightBytes() {
        return draft == null ? CLEAR_BYTES : draft.weightBytes();
    }

    String what() {
        return draft == null ? "The deletion of the history was" : "The event for '" + draft.topic() + "' was";
    }

    boolean isLate(long nowNanos) {
        return nowNanos - deadlineNanos > 0;
    }

    /** From 0; -1: it has not been sent yet. */
    long number() {
        return number;
    }

    void numbered(long assigned) {
        number = assigned;
    }

    boolean mustBeSent() {
        return mustBeSent && !done.isDone();
    }

    void sent() {
        mustBeSent = false;
    }

    /** It is not known to be in the ring. */
    void sendAgain() {
        mustBeSent = true;
        acknowledged = false;
    }

    /** Whether the ring has it, and it has not been read back. */
    boolean isAcknowledgedUnseen() {
        return acknowledged && !shown;
    }

    /** The ring has it, backups included; whether it is done with. */
    boolean acknowledge() {
        acknowledged = true;
        return complete();
    }

    /** Readers of this node see it; whether it is done with. */
    boolean show(@Nullable StoredEvent stored) {
        event = stored;
        shown = true;
        return complete();
    }

    private boolean complete() {
        if (acknowledged && shown) {
            done.complete(event);
            return true;
        }
        return false;
    }

    void fail(Throwable failure) {
        done.completeExceptionally(failure);
    }

    RingItem item(String epoch, long writer) {
        return draft == null
                ? new RingItem.Clear(epoch, writer, number)
                : new RingItem.Event(
                        epoch, writer, number, timeMillis, draft.topic(), draft.source(), draft.dataJson(), 0);
    }
}
