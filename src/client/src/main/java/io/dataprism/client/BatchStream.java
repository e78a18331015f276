package io.dataprism.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The rows of one query or operation, over a connection of their own: a slow reader holds up nobody else, and what happens to
 * the events' connection does not touch it. The reader's demand is the node's credit. What comes is read on the connection's
 * thread; what goes out, and the state of the connection, is the loop's.
 */
final class BatchStream implements Wire.Listener, Outlet.Source {

    /** The most batches that are on their way or wait; a batch has about 2 MiB. */
    static final int WINDOW_BATCHES = 4;

    private static final String ID = "rows";

    private final Wire wire;
    private final Mono<String> tokens;
    private final ObjectNode request;
    private final Scheduler.Worker loop;
    private final Outlet<Batch> outlet;
    private final ArrowDecoder decoder;
    private final Pulse pulse;
    private final Runnable over;
    private final AtomicBoolean finished = new AtomicBoolean();
    private @Nullable String token;
    private @Nullable Outbox outbox;
    private long credit;
    private boolean ended;

    /**
     * @param request the frame, without id and demand
     * @param over told once on the loop when the stream holds nothing any more
     */
    BatchStream(
            Wire wire,
            Mono<String> tokens,
            ObjectNode request,
            Scheduler.Worker loop,
            Duration ping,
            Executor readers,
            BufferAllocator allocator,
            Subscriber<? super Batch> reader,
            Runnable over) {
        this.wire = wire;
        this.tokens = tokens;
        this.request = request;
        this.loop = loop;
        this.outlet = new Outlet<>(reader, WINDOW_BATCHES, readers, this, Batch::close);
        this.decoder = new ArrowDecoder(allocator);
        this.pulse = new Pulse(loop, ping);
        this.over = over;
    }

    Outlet<Batch> outlet() {
        return outlet;
    }

    /** On the loop. */
    void begin() {
        if (outlet.isCancelled()) {
            finish();
            return;
        }
        tokens.switchIfEmpty(Mono.error(() -> ConnectionException.broken("There is no token.", null)))
                .subscribe(
                        found -> Loops.run(loop, () -> open(found)),
                        failure -> end(failure instanceof ClientException ? failure : noToken(failure)));
    }

    private static ConnectionException noToken(Throwable failure) {
        return ConnectionException.lost("There is no token: " + Answers.words(failure) + ".", failure);
    }

    private void open(String found) {
        if (ended) {
            return;
        }
        boolean first = token == null;
        if (found.equals(token)) {
            end(ProblemException.unauthenticated("The node does not take the token."));
            return;
        }
        token = found;
        wire.open(found, this)
                .whenComplete((line, failure) -> Loops.run(loop, () -> {
                    if (failure == null) {
                        opened(line);
                    } else if (first
                            && Answers.cause(failure) instanceof ProblemException problem
                            && problem.status() == 401) {
                        begin(); // whoever gives tokens may have a newer one
                    } else {
                        end(Answers.cause(failure));
                    }
                }));
    }

    private void opened(Wire.Line line) {
        if (ended) {
            line.end();
            return;
        }
        Outbox opened = new Outbox(line, loop, this::end);
        outbox = opened;
        pulse.begin(opened, this::end);
        credit = total();
        opened.send(request.deepCopy().put("id", ID).put("demand", credit).toString());
    }

    @Override
    public void wanted() {
        Loops.run(loop, () -> {
            long total = total();
            if (outbox != null && total > credit) {
                credit = total;
                outbox.send("{\"op\":\"demand\",\"id\":\"" + ID + "\",\"total\":" + total + "}");
            }
        });
    }

    /** Batches since the start: those that came, and those that have a place. */
    private long total() {
        long come = outlet.offered();
        return come + Math.max(0, Math.min(WINDOW_BATCHES - outlet.waiting(), outlet.requested() - come));
    }

    @Override
    public void cancelled() {
        Loops.run(loop, this::finish);
    }

    @Override
    public void heard() {
        pulse.heard();
    }

    @Override
    public void binary(ByteBuffer frame) {
        if (finished.get() || outlet.isCancelled()) {
            return;
        }
        try {
            Batch batch = decoder.next(frame);
            if (batch != null) {
                take(batch);
            }
        } catch (ConnectionException unreadable) {
            end(unreadable);
        }
    }

    private void take(Batch batch) {
        if (!outlet.offer(batch)) {
            batch.close();
            throw ConnectionException.broken(
                    "The node sent more batches than were demanded: it keeps another contract.", null);
        }
    }

    @Override
    public void text(String text) {
        JsonNode frame;
        try {
            frame = Answers.JSON.readTree(text);
        } catch (JsonProcessingException broken) {
            end(ConnectionException.lost("The node sent a frame that is no JSON.", broken));
            return;
        }
        switch (frame.path("op").asText()) {
            case "complete" -> complete(frame.path("batches").asLong());
            case "error" -> end(new ProblemException(frame.path("problem"), null));
            case "result" -> end(ConnectionException.broken("The operation answers a value and no dataset.", null));
            default -> {} // pongs, and what later nodes say
        }
    }

    private void complete(long batches) {
        long come = outlet.offered();
        end(
                batches == come
                        ? null
                        : ConnectionException.lost("Of " + batches + " batches " + come + " came: ask again.", null));
    }

    @Override
    public void closed(int code, String reason) {
        end(
                CloseCode.of(code) == CloseCode.UNAUTHENTICATED
                        ? ProblemException.unauthenticated("The node ended the connection: " + reason + ".")
                        : ConnectionException.lost(
                                "The node broke its rows off with " + code + " (" + reason + ").", null));
    }

    @Override
    public void broken(Throwable failure) {
        end(failure);
    }

    /** The first end counts. On any thread. */
    void end(@Nullable Throwable cause) {
        if (finished.compareAndSet(false, true)) {
            outlet.end(
                    cause == null || cause instanceof ClientException
                            ? cause
                            : ConnectionException.lost("The rows broke off: " + Answers.words(cause) + ".", cause));
            Loops.run(loop, this::finish);
        }
    }

    private void finish() {
        if (!ended) {
            ended = true;
            pulse.end();
            if (outbox != null) {
                outbox.end();
            }
            over.run();
        }
    }
}
