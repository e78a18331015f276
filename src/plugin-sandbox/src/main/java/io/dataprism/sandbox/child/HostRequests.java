package io.dataprism.sandbox.child;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Event;
import io.dataprism.plugin.PluginException;
import io.dataprism.sandbox.frame.Exchange;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.BatchStreams;
import io.dataprism.sandbox.stream.IncomingBatches;
import io.dataprism.sandbox.stream.StreamReceiver;
import io.dataprism.sandbox.stream.StreamSender;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;

/** What the plugin asks of the host: requests, queries, subscriptions, log lines. At most so many at once. Any thread. */
final class HostRequests {

    private static final int MOST_AT_ONCE = 256;

    private final Link link;
    private final BatchStreams streams;
    private final Function<@Nullable String, Executor> signals;
    private final AtomicInteger open = new AtomicInteger();

    /** @param signals where whoever asked for a call is told; null: for none */
    HostRequests(Link link, BatchStreams streams, Function<@Nullable String, Executor> signals) {
        this.link = link;
        this.streams = streams;
        this.signals = signals;
    }

    /** A request to an address of the bus. */
    Mono<Object> request(String address, Map<String, @Nullable Object> body) {
        String assembled = CallScope.current();
        return Mono.deferContextual(scope -> {
            String call = CallScope.of(scope, assembled);
            return ask(call, payload("request", call, Map.of("address", address, "body", body)));
        });
    }

    /** Says how far the read that is this call has come. */
    Mono<Object> checkpoint(String call, @Nullable Object value) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("value", value);
        return Mono.defer(() -> ask(call, payload("checkpoint", call, body)));
    }

    /** A load of a table: the batches go to the host, within its credit. */
    Mono<Object> load(String table, String mode, Flux<Batch> batches) {
        String assembled = CallScope.current();
        return Mono.deferContextual(scope -> {
            String call = CallScope.of(scope, assembled);
            return ask(call, payload("load", call, Map.of("table", table, "mode", mode)), batches);
        });
    }

    private Mono<Object> ask(@Nullable String call, byte[] payload) {
        return ask(call, payload, null);
    }

    private Mono<Object> ask(@Nullable String call, byte[] payload, @Nullable Flux<Batch> batches) {
        return Mono.create(sink -> {
            takeOne();
            One one = new One(call, sink, batches != null);
            sink.onDispose(one::abandon);
            one.open(payload, batches);
        });
    }

    /** A query. */
    Flux<Batch> query(String sql, List<@Nullable Object> parameters) {
        String assembled = CallScope.current();
        return Flux.deferContextual(scope -> {
            String call = CallScope.of(scope, assembled);
            byte[] payload = payload("query", call, Map.of("sql", sql, "parameters", parameters));
            takeOne();
            Many many = new Many();
            long id = link.open(many);
            IncomingBatches batches = streams.incoming(id, signals.apply(call), () -> many.stop(id));
            many.begin(frame -> batches.onFrame(frame, Failures::ofHost), batches::fail);
            link.send(new Frame(FrameType.CALL, id, payload));
            return Flux.from(batches.batches());
        });
    }

    /** A stream of events: of a subscription, or the messages of others. */
    Flux<Event> events(String method, Map<String, @Nullable Object> what) {
        String assembled = CallScope.current();
        return Flux.deferContextual(scope -> {
            String call = CallScope.of(scope, assembled);
            byte[] payload = payload(method, call, what);
            takeOne();
            Many many = new Many();
            long id = link.open(many);
            StreamReceiver<Event> events =
                    new StreamReceiver<>(link, id, signals.apply(call), event -> {}, () -> many.stop(id));
            many.begin(frame -> onEventFrame(events, frame), events::fail);
            link.send(new Frame(FrameType.CALL, id, payload));
            return Flux.from(events);
        });
    }

    /** Tells the host that a handler of the plugin's failed; never fails. */
    Mono<Void> handlerFailed(Event event, Throwable failure) {
        return report(
                "error",
                Map.of("topic", event.topic(), "cursor", event.cursor(), "error", Failures.messageOf(failure)));
    }

    /** Tells the host of what failed and nobody handled; never fails, and waits for nothing. */
    void unhandled(Throwable failure) {
        report("unhandled-rejection", Map.of("error", Failures.messageOf(failure)))
                .subscribe();
    }

    private Mono<Void> report(String kind, Map<String, @Nullable Object> details) {
        return Mono.defer(() -> ask(null, payload("report", null, Map.of("kind", kind, "details", details))))
                .onErrorComplete()
                .then();
    }

    /** A connection through the host; waits for it. 0 ms: as long as the host takes. */
    HostConnection connect(String host, int port, int timeoutMillis) throws IOException {
        byte[] payload = payload("connect", CallScope.current(), Map.of("host", host, "port", port));
        takeOne();
        HostConnection connection = new HostConnection(link, open::decrementAndGet);
        connection.open(payload, timeoutMillis);
        return connection;
    }

    /** Sends a line of the plugin's log; it is dropped where the host does not keep up. */
    void log(byte[] payload) {
        link.sendIfIdle(new Frame(FrameType.LOG, 0, payload));
    }

    private static void onEventFrame(StreamReceiver<Event> events, Frame frame) {
        switch (frame.type()) {
            case ITEM -> {
                events.checkCredit();
                events.next(event(Json.decodeObject(frame.payload())));
            }
            case END -> events.end(frame.number());
            case FAILED -> events.fail(Failures.ofHost(frame.payload()));
            default -> throw new ProtocolException("The host sent " + frame + " to a subscription.");
        }
    }

    private static Event event(Map<String, @Nullable Object> event) {
        return new Event(
                Json.text(event, "topic"),
                Json.text(event, "source"),
                Instant.parse(Json.text(event, "time")),
                event.get("data"),
                Json.text(event, "cursor"));
    }

    private static byte[] payload(String method, @Nullable String call, Map<String, @Nullable Object> rest) {
        Map<String, @Nullable Object> request = new LinkedHashMap<>(rest);
        request.put("method", method);
        request.put("call", call);
        byte[] payload = Json.encode(request);
        if (!FrameType.CALL.allows(payload.length)) {
            throw new PluginException(
                    "PAYLOAD_TOO_LARGE",
                    "A request of " + payload.length + " bytes is too large; at most " + FrameType.CALL.mostBytes()
                            + " are allowed.");
        }
        return payload;
    }

    private void takeOne() {
        if (open.incrementAndGet() > MOST_AT_ONCE) {
            open.decrementAndGet();
            throw new PluginException(
                    "QUOTA_EXCEEDED",
                    "More than " + MOST_AT_ONCE + " requests to the host are under way; wait for some.");
        }
    }

    /** A request with one answer, and batches that go with it where it is a load. */
    private final class One implements Exchange {

        private final Executor replies;
        private final MonoSink<Object> sink;
        private final long id;
        private final @Nullable StreamSender<Batch> sender;
        private volatile boolean answered;
        private volatile @Nullable Throwable ownFailure;

        One(@Nullable String call, MonoSink<Object> sink, boolean sends) {
            this.replies = signals.apply(call);
            this.sink = sink;
            this.id = link.open(this);
            this.sender = sends
                    ? new StreamSender<>(
                            link,
                            id,
                            streams.outgoing(),
                            this::ownFailure,
                            () -> {},
                            call == null ? Context.empty() : CallScope.context(call),
                            0)
                    : null;
        }

        void open(byte[] payload, @Nullable Flux<Batch> batches) {
            link.send(new Frame(FrameType.CALL, id, payload));
            if (sender != null && batches != null) {
                sender.start(batches);
            }
        }

        void abandon() {
            open.decrementAndGet();
            link.forget(id);
            if (!answered) {
                link.send(Frame.of(FrameType.CANCEL, id));
            }
            if (sender != null) {
                sender.cancel();
            }
        }

        @Override
        public void onFrame(Frame frame) {
            switch (frame.type()) {
                case RESULT -> {
                    answered = true;
                    Object value = Json.decode(frame.payload());
                    replies.execute(() -> success(value));
                }
                case FAILED -> {
                    answered = true;
                    Throwable own = ownFailure;
                    Throwable failure = own == null ? Failures.ofHost(frame.payload()) : own;
                    replies.execute(() -> sink.error(failure));
                }
                case CREDIT -> sender(frame).credit(frame.number());
                case CANCEL -> sender(frame).cancel();
                default -> throw new ProtocolException("The host answered a request with " + frame + ".");
            }
        }

        @Override
        public void onLinkEnded(Throwable reason) {
            answered = true;
            sink.error(reason);
        }

        private Frame ownFailure(Throwable reason) {
            ownFailure = reason;
            return Failures.frame(id, reason);
        }

        private StreamSender<Batch> sender(Frame frame) {
            if (sender == null) {
                throw new ProtocolException("The host answered a request with " + frame + ".");
            }
            return sender;
        }

        private void success(@Nullable Object value) {
            if (value == null) {
                sink.success();
            } else {
                sink.success(value);
            }
        }
    }

    /** A request with a stream of answers. */
    private final class Many implements Exchange {

        private volatile Consumer<Frame> frames = frame -> {};
        private volatile Consumer<Throwable> failed = reason -> {};
        private final AtomicInteger gone = new AtomicInteger();

        void begin(Consumer<Frame> onFrames, Consumer<Throwable> onFailed) {
            frames = onFrames;
            failed = onFailed;
        }

        void stop(long id) {
            finish(id);
            link.send(Frame.of(FrameType.CANCEL, id));
        }

        @Override
        public void onFrame(Frame frame) {
            frames.accept(frame);
            if (frame.type() == FrameType.END || frame.type() == FrameType.FAILED) {
                finish(frame.id());
            }
        }

        @Override
        public void onLinkEnded(Throwable reason) {
            failed.accept(reason);
        }

        private void finish(long id) {
            if (gone.getAndIncrement() == 0) {
                open.decrementAndGet();
                link.forget(id);
            }
        }
    }
}
