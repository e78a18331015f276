package io.dataprism.core.confinement;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.quota.RequestRate;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Event;
import io.dataprism.sandbox.frame.Exchange;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.Outgoing;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.BatchStreams;
import io.dataprism.sandbox.stream.StreamSender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Answers what a child asks for, through the door. At most so many requests at once; a child that goes beyond is killed. */
final class HostAnswers {

    private static final int MOST_AT_ONCE = 320;
    private static final int LONGEST_REPORT = 4 * 1024;

    private final Link link;
    private final HostDoor door;
    private final ChildFailures failures;
    private final Executor signals;
    private final BatchStreams streams;
    private final RequestRate rate;
    private final Map<String, HostOperation> served = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    /** @param signals where the door is told of what a child sends to be loaded */
    HostAnswers(
            Link link,
            HostDoor door,
            ChildFailures failures,
            Executor signals,
            BatchStreams streams,
            RequestRate rate) {
        this.link = link;
        this.door = door;
        this.failures = failures;
        this.signals = signals;
        this.streams = streams;
        this.rate = rate;
    }

    /** The child may speak for this call from now on. */
    void serve(String callId, HostOperation operation) {
        served.put(callId, operation);
    }

    /** The call has ended. */
    void ended(String callId) {
        served.remove(callId);
    }

    /** Answers a child's call. */
    void answer(Frame frame) {
        try {
            rate.admit(frame.payload().length);
        } catch (DataPrismException tooMuch) {
            link.send(ChildFailures.frame(frame.id(), tooMuch));
            return;
        }
        if (open.incrementAndGet() > MOST_AT_ONCE) {
            throw new ProtocolException("The child has more than " + MOST_AT_ONCE + " requests under way.");
        }
        Map<String, @Nullable Object> request = Json.decodeObject(frame.payload());
        String method = Json.text(request, "method");
        String callId = request.get("call") instanceof String text ? text : null;
        HostOperation operation = callId == null ? null : served.get(callId);
        if (callId != null && operation == null) {
            refuse(frame.id(), callId);
            return;
        }
        Function<Throwable, Frame> failure =
                reason -> ChildFailures.frame(frame.id(), operation == null ? reason : operation.remember(reason));
        switch (method) {
            case "request" -> request(frame.id(), callId, request, failure);
            case "checkpoint" -> checkpoint(frame, operation, request, failure);
            case "query" -> {
                List<@Nullable Object> parameters =
                        request.get("parameters") instanceof List<?> list ? new ArrayList<>(list) : List.of();
                String sql = Json.text(request, "sql");
                Stream<Batch> stream = new Stream<>(frame.id(), streams.outgoing(), failure);
                link.accept(frame.id(), stream);
                stream.sender.start(door.query(callId, sql, parameters));
            }
            case "subscribe" ->
                events(frame.id(), failure, () -> door.subscribe(callId, Json.text(request, "pattern")));
            case "messages" -> events(frame.id(), failure, door::messages);
            case "report" -> report(frame.id(), request);
            case "load" -> {
                ChildLoad load = new ChildLoad(
                        link, frame.id(), signals, streams, failure, failures::ofChild, open::decrementAndGet);
                link.accept(frame.id(), load);
                load.start(door.load(callId, Json.text(request, "table"), Json.text(request, "mode"), load.batches()));
            }
            case "connect" -> {
                ChildConnection connection = new ChildConnection(link, frame.id(), failure, open::decrementAndGet);
                link.accept(frame.id(), connection);
                connection.start(door.connect(
                        callId,
                        Json.text(request, "host"),
                        Json.number(request, "port").intValue()));
            }
            default -> throw new ProtocolException("The child asked for '" + method + "', which does not exist.");
        }
    }

    private void events(long id, Function<Throwable, Frame> failure, Supplier<Flux<Event>> source) {
        Stream<Event> stream = new Stream<>(id, new EventEncoding(), failure);
        link.accept(id, stream);
        stream.sender.start(Flux.defer(source));
    }

    private void report(long id, Map<String, @Nullable Object> request) {
        open.decrementAndGet();
        Map<String, @Nullable Object> details = Json.object(request.get("details"));
        String error = cut(Json.text(details, "error"));
        boolean handled = Json.text(request, "kind").equals("error");
        door.failed(
                handled
                        ? new HostDoor.Unheard(
                                cut(Json.text(details, "topic")), cut(Json.text(details, "cursor")), error)
                        : new HostDoor.Unheard(null, null, error));
        link.send(new Frame(FrameType.RESULT, id, Json.encode(null)));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_REPORT ? text : text.substring(0, LONGEST_REPORT);
    }

    private void request(
            long id,
            @Nullable String callId,
            Map<String, @Nullable Object> request,
            Function<Throwable, Frame> failure) {
        Single single = new Single(id);
        link.accept(id, single);
        Map<String, @Nullable Object> body = Json.object(request.get("body"));
        Mono<Object> reply = door.request(callId, Json.text(request, "address"), body);
        single.under.update(reply.map(Json::encode)
                .defaultIfEmpty(Json.encode(null))
                .map(bytes -> new Frame(FrameType.RESULT, id, bytes))
                .onErrorResume(reason -> Mono.just(failure.apply(reason)))
                .subscribe(single::last));
    }

    private void checkpoint(
            Frame frame,
            @Nullable HostOperation operation,
            Map<String, @Nullable Object> request,
            Function<Throwable, Frame> failure) {
        open.decrementAndGet();
        if (operation == null) {
            throw new ProtocolException("The child sent a checkpoint for no call.");
        }
        if (frame.payload().length > PluginProcess.Reading.MOST_CHECKPOINT_BYTES) {
            link.send(failure.apply(new DataPrismException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "A checkpoint of about " + frame.payload().length + " bytes is too large; at most "
                            + PluginProcess.Reading.MOST_CHECKPOINT_BYTES + " are kept.",
                    "Keep a position, not the data.")));
            return;
        }
        operation.reached(request.get("value"));
        link.send(new Frame(FrameType.RESULT, frame.id(), Json.encode(null)));
    }

    private void refuse(long id, String callId) {
        open.decrementAndGet();
        DataPrismException ended = new DataPrismException(
                ErrorCode.STATE_CONFLICT,
                "The call '" + callId + "' that this request would serve has ended.",
                "Ask before the operation ends.");
        link.send(ChildFailures.frame(id, ended));
    }

    /** A request with one answer. */
    private final class Single implements Exchange {

        private final long id;
        private final Disposable.Swap under = Disposables.swap();
        private final AtomicBoolean over = new AtomicBoolean();

        Single(long id) {
            this.id = id;
        }

        void last(Frame frame) {
            if (finish()) {
                link.send(frame);
            }
        }

        @Override
        public void onFrame(Frame frame) {
            if (frame.type() != FrameType.CANCEL) {
                throw new ProtocolException("The child sent " + frame + " for a request.");
            }
            onLinkEnded(new ProtocolException("cancelled"));
        }

        @Override
        public void onLinkEnded(Throwable reason) {
            if (finish()) {
                under.dispose();
            }
        }

        private boolean finish() {
            if (!over.compareAndSet(false, true)) {
                return false;
            }
            link.forget(id);
            open.decrementAndGet();
            return true;
        }
    }

    /** A request with a stream of answers. */
    private final class Stream<T> implements Exchange {

        private final long id;
        private final StreamSender<T> sender;
        private final AtomicBoolean over = new AtomicBoolean();

        Stream(long id, StreamSender.Encoding<T> encoding, Function<Throwable, Frame> failure) {
            this.id = id;
            this.sender = new StreamSender<>(link, id, encoding, failure, this::finish, Context.empty(), 0);
        }

        @Override
        public void onFrame(Frame frame) {
            switch (frame.type()) {
                case CREDIT -> sender.credit(frame.number());
                case CANCEL -> onLinkEnded(new ProtocolException("cancelled"));
                default -> throw new ProtocolException("The child sent " + frame + " for a stream that it receives.");
            }
        }

        @Override
        public void onLinkEnded(Throwable reason) {
            sender.cancel();
            finish();
        }

        private void finish() {
            if (over.compareAndSet(false, true)) {
                link.forget(id);
                open.decrementAndGet();
            }
        }
    }

    /** Events as JSON. */
    private static final class EventEncoding implements StreamSender.Encoding<Event> {

        @Override
        public Outgoing frame(long id, Event event, StreamSender<Event> sender) {
            Map<String, @Nullable Object> json = new HashMap<>();
            json.put("topic", event.topic());
            json.put("source", event.source());
            json.put("time", event.time().toString());
            json.put("data", event.data());
            json.put("cursor", event.cursor());
            return new Frame(FrameType.ITEM, id, Json.encode(json));
        }

        @Override
        public void release(Event event) {}
    }
}
