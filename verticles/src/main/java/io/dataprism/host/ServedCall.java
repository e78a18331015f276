package io.dataprism.host;

import io.dataprism.bus.Replies;
import io.dataprism.core.permission.Caller;
import io.dataprism.plugin.Batch;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One call that a plugin is serving. Belongs to the verticle's context, except for {@link #input}, which the process
 * subscribes to on a thread of its own, and for what says so.
 */
final class ServedCall {

    private final String id = UUID.randomUUID().toString();
    private final @Nullable String callersId;
    private final String operation;
    private final Caller caller;
    private final Duration timeout;
    private final long startedNanos = System.nanoTime();
    private final AtomicBoolean inputTaken = new AtomicBoolean();
    private volatile Message<JsonObject> message;
    private final List<Runnable> whenCancelled = new ArrayList<>();
    private final Sinks.Empty<Void> over = Sinks.empty();
    private boolean cancelled;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile @Nullable JsonObject prepared;
    private int requests;
    private @Nullable Flux<Batch> input;

    ServedCall(Message<JsonObject> message, String operation, Caller caller, Duration timeout) {
        this.message = message;
        this.callersId = message.body().getValue("callId") instanceof String callId ? callId : null;
        this.operation = operation;
        this.caller = caller;
        this.timeout = timeout;
    }

    /** Made by the host; what the child says while it serves this call carries it. */
    String id() {
        return id;
    }

    String operation() {
        return operation;
    }

    /** What the caller calls it; null: it cannot cancel it. */
    @Nullable
    String callersId() {
        return callersId;
    }

    /** What is to be done where the caller leaves before there is an answer. */
    void whenCancelled(Runnable task) {
        if (cancelled) {
            task.run();
        } else {
            whenCancelled.add(task);
        }
    }

    /** The caller has left: stops what is under way for it. */
    void cancel() {
        cancelled = true;
        whenCancelled.forEach(Runnable::run);
        whenCancelled.clear();
    }

    /** The call has ended, however it did; {@link #over} completes. */
    void end() {
        over.tryEmitEmpty();
    }

    /** Completes when the call has ended; at once where it had. Any thread. */
    Mono<Void> over() {
        return over.asMono();
    }

    /** On whose behalf. */
    Caller caller() {
        return caller;
    }

    /** What is left until the deadline, at least 1 ms. */
    Duration left() {
        Duration left = timeout.minusNanos(System.nanoTime() - startedNanos);
        return left.compareTo(Duration.ofMillis(1)) > 0 ? left : Duration.ofMillis(1);
    }

    long millis() {
        return (System.nanoTime() - startedNanos) / 1_000_000;
    }

    /** The child has asked for something while serving this. */
    void requested() {
        requests++;
    }

    int requests() {
        return requests;
    }

    /** The conversation goes on with another message. */
    void continueWith(Message<JsonObject> next) {
        message = next;
    }

    Message<JsonObject> message() {
        return message;
    }

    /** Takes a source over; {@link #discardInput()} frees it if nobody subscribes. */
    @Nullable
    Flux<Batch> input(@Nullable Flux<Batch> source) {
        input = source;
        return source == null
                ? null
                : Flux.defer(() -> inputTaken.compareAndSet(false, true)
                        ? source
                        : Flux.error(new IllegalStateException("The input of a call can be read once.")));
    }

    void discardInput() {
        if (input != null && inputTaken.compareAndSet(false, true)) {
            Contexts.discard(input);
        }
    }

    /** Keeps an answer that {@link #replyPrepared} gives. The process's thread. */
    void prepare(JsonObject answer) {
        prepared = answer;
    }

    /** Gives the answer that was prepared, unless it was answered. Any thread. @return whether there was one */
    boolean replyPrepared() {
        JsonObject answer = prepared;
        if (answer != null) {
            reply(answer);
        }
        return answer != null;
    }

    /** Answers, unless it was answered. Any thread. */
    void reply(JsonObject answer) {
        if (answered.compareAndSet(false, true)) {
            message.reply(answer);
        }
    }

    /** Fails, unless it was answered. */
    void fail(Throwable failure) {
        if (answered.compareAndSet(false, true)) {
            Replies.fail(message, failure);
        }
    }
}
