package io.dataprism.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The one connection over which all subscriptions of a client go. It opens with the first, closes with the last, and when it
 * is lost opens again and lets each go on behind its own cursor. All state on one loop.
 */
final class EventLink implements Follower.Connection {

    private final Wire wire;
    private final Mono<String> tokens;
    private final Patience patience;
    private final Scheduler scheduler;
    private final Scheduler.Worker loop;
    private final long beganNanos;
    private final Executor readers;
    private final Counters counters;
    private final Backoff backoff;
    private final AtomicLong names = new AtomicLong();
    private final Set<Follower> arriving =
            ConcurrentHashMap.newKeySet(); // on their way to the loop, which may end before
    private final Followers followers = new Followers();
    private LinkState state = new LinkState.Idle();
    private long attempts;
    private long unconnectedSinceMillis = -1;
    private @Nullable String token;
    private @Nullable String refusedToken;
    private @Nullable ProblemException refusal;

    /** @param readers on which readers are called: a thread for each call, that may block */
    EventLink(
            Wire wire,
            Mono<String> tokens,
            Patience patience,
            Scheduler scheduler,
            Executor readers,
            Counters counters,
            RandomGenerator random) {
        this.wire = wire;
        this.tokens = tokens;
        this.patience = patience;
        this.scheduler = scheduler;
        this.loop = scheduler.createWorker();
        this.beganNanos = scheduler.now(TimeUnit.NANOSECONDS);
        this.readers = readers;
        this.counters = counters;
        this.backoff = new Backoff(patience.firstRetry(), patience.mostRetry(), random);
    }

    /** Follows; each subscriber of it is a subscription of its own. */
    Flux<Signal> follow(Subscription subscription) {
        return Flux.from(reader -> {
            String id = "e" + names.getAndIncrement();
            Follower follower = new Follower(id, subscription, reader, readers, this, counters);
            arriving.add(follower);
            reader.onSubscribe(follower.outlet());
            if (!Loops.run(loop, () -> join(follower))) {
                turnAway(follower);
            }
        });
    }

    private void turnAway(Follower follower) {
        if (arriving.remove(follower)) {
            follower.fail(ConnectionException.broken("The client is closed.", null));
        }
    }

    private void join(Follower follower) {
        if (arriving.remove(follower) && !follower.outlet().isCancelled()) {
            followers.add(follower);
            switch (state) {
                case LinkState.Idle idle -> open();
                case LinkState.Open open -> open.outbox().send(follower.subscribe());
                case LinkState.Opening opening -> {}
                case LinkState.Waiting waiting -> {}
            }
        }
    }

    @Override
    public void left(Follower follower) {
        Loops.run(loop, () -> leave(follower));
    }

    private void leave(Follower follower) {
        if (followers.remove(follower)) {
            if (followers.isEmpty()) {
                rest();
            } else if (state instanceof LinkState.Open open) {
                open.outbox().send(follower.unsubscribe());
            }
        }
    }

    @Override
    public void wanted(Follower follower) {
        Loops.run(loop, () -> {
            if (state instanceof LinkState.Open open) {
                followers.demand(follower, open.outbox());
            }
        });
    }

    private void open() {
        long attempt = ++attempts;
        if (unconnectedSinceMillis < 0) {
            unconnectedSinceMillis = now();
        }
        Disposable limit = Loops.runAfter(
                loop,
                patience.connect().multipliedBy(2),
                () -> failed(attempt, ConnectionException.lost("No token, or no connection, in time.", null)));
        state = new LinkState.Opening(attempt, limit);
        tokens.switchIfEmpty(Mono.error(() -> ConnectionException.broken("There is no token.", null)))
                .subscribe(
                        found -> Loops.run(loop, () -> open(attempt, found)),
                        failure -> Loops.run(loop, () -> failed(attempt, failure)));
    }

    private void open(long attempt, String found) {
        if (!isCurrent(attempt)) {
            return;
        }
        if (found.equals(refusedToken)) {
            end(Objects.requireNonNull(refusal));
            return;
        }
        token = found;
        Ears ears = new Ears(attempt);
        wire.open(found, ears)
                .whenComplete((line, failure) -> Loops.run(loop, () -> {
                    if (failure != null) {
                        failed(attempt, failure);
                    } else if (isCurrent(attempt)) {
                        opened(attempt, line, ears.pulse);
                    } else {
                        line.end();
                    }
                }));
    }

    private void opened(long attempt, Wire.Line line, Pulse pulse) {
        if (state instanceof LinkState.Opening opening) {
            opening.limit().dispose();
        }
        counters.connected();
        unconnectedSinceMillis = -1;
        refusedToken = null;
        Outbox outbox = new Outbox(line, loop, failure -> failed(attempt, failure));
        state = new LinkState.Open(attempt, outbox, pulse, now());
        pulse.begin(outbox, failure -> failed(attempt, failure));
        followers.subscribe(outbox);
    }

    private boolean isCurrent(long attempt) {
        return switch (state) {
            case LinkState.Opening opening -> opening.attempt() == attempt;
            case LinkState.Open open -> open.attempt() == attempt;
            case LinkState.Idle idle -> false;
            case LinkState.Waiting waiting -> false;
        };
    }

    private void text(long attempt, String text) {
        if (!(state instanceof LinkState.Open open) || open.attempt() != attempt) {
            return;
        }
        JsonNode frame;
        try {
            frame = Answers.JSON.readTree(text);
        } catch (JsonProcessingException broken) {
            failed(attempt, ConnectionException.lost("The node sent a frame that is no JSON.", broken));
            return;
        }
        followers.hear(frame, open.outbox());
        if (followers.isEmpty()) {
            rest();
        }
    }

    /** The node closed it; the code says whether to come back. */
    private void closed(long attempt, int code, String reason) {
        switch (CloseCode.of(code)) {
            case UNAUTHENTICATED ->
                failed(attempt, ProblemException.unauthenticated("The node ended the connection: " + reason + "."));
            case WRONG ->
                failed(
                        attempt,
                        ConnectionException.broken(
                                "The node closed the connection with " + code + " (" + reason + ").", null));
            case AGAIN -> again(attempt, CloseCode.retryAfter(reason));
        }
    }

    private void failed(long attempt, Throwable failure) {
        if (!isCurrent(attempt)) {
            return;
        }
        switch (Answers.cause(failure)) {
            case ProblemException problem
            when problem.status() == 401 -> {
                refusedToken = token;
                refusal = problem;
                again(attempt, Duration.ZERO);
            }
            case ProblemException problem when problem.retryable() -> again(attempt, problem.retryAfter());
            case ClientException known when !known.retryable() -> end(known);
            default -> again(attempt, null);
        }
    }

    private void again(long attempt, @Nullable Duration asked) {
        if (!isCurrent(attempt)) {
            return;
        }
        counters.lost();
        if (state instanceof LinkState.Open open
                && now() - open.sinceMillis() >= patience.steady().toMillis()) {
            backoff.reset();
        }
        leaveState();
        if (unconnectedSinceMillis < 0) {
            unconnectedSinceMillis = now();
        }
        Duration wait = backoff.next(asked);
        if (now() - unconnectedSinceMillis + wait.toMillis() > patience.giveUp().toMillis()) {
            end(ConnectionException.lost("There was no connection for " + patience.giveUp() + ".", null));
            return;
        }
        state = new LinkState.Waiting(Loops.runAfter(loop, wait, this::open));
    }

    /** Nobody follows any more, for a reason. */
    private void end(ClientException cause) {
        rest();
        followers.fail(cause);
    }

    private void rest() {
        leaveState();
        state = new LinkState.Idle();
        unconnectedSinceMillis = -1;
        backoff.reset();
    }

    private void leaveState() {
        switch (state) {
            case LinkState.Idle idle -> {}
            case LinkState.Opening opening -> opening.limit().dispose();
            case LinkState.Open open -> {
                open.pulse().end();
                open.outbox().end();
            }
            case LinkState.Waiting waiting -> waiting.timer().dispose();
        }
    }

    /** Milliseconds since the beginning; whoever sets the clock does not change it. */
    private long now() {
        return TimeUnit.NANOSECONDS.toMillis(scheduler.now(TimeUnit.NANOSECONDS) - beganNanos);
    }

    /** Ends it and all subscriptions. */
    void close() {
        Loops.run(loop, () -> {
            end(ConnectionException.broken("The client was closed.", null));
            loop.dispose();
            arriving.forEach(this::turnAway); // who came while this went on: the loop runs no more for them
        });
    }

    /** What comes of one attempt. */
    private final class Ears implements Wire.Listener {

        private final long attempt;

        private final Pulse pulse = new Pulse(loop, patience.ping());

        Ears(long attempt) {
            this.attempt = attempt;
        }

        @Override
        public void heard() {
            pulse.heard();
        }

        @Override
        public void text(String frame) {
            Loops.run(loop, () -> EventLink.this.text(attempt, frame));
        }

        @Override
        public void binary(ByteBuffer frame) {
            // nothing that was asked for here comes as bytes
        }

        @Override
        public void closed(int code, String reason) {
            Loops.run(loop, () -> EventLink.this.closed(attempt, code, reason));
        }

        @Override
        public void broken(Throwable failure) {
            Loops.run(loop, () -> failed(attempt, failure));
        }
    }
}
