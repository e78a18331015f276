package io.dataprism.core.event;

import java.util.concurrent.CompletableFuture;

/** What the thread that writes to the disk is asked for. */
sealed interface EventOrder {

    /** Keep an event. */
    record Append(EventDraft draft, CompletableFuture<StoredEvent> done) implements EventOrder {}

    /** Forget all of them. */
    record Clear(CompletableFuture<Void> done) implements EventOrder {}

    /** Give up segments that nobody can read from any more. */
    record Expire() implements EventOrder {}

    /** What it weighs while it waits, roughly. */
    default long weightBytes() {
        return this instanceof Append append ? append.draft().weightBytes() : 64;
    }
}
