package io.dataprism.core.confinement;

import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.Call;
import io.dataprism.core.confinement.PluginProcess.Kind;
import io.dataprism.core.confinement.PluginProcess.Reading;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.Rendering;
import io.dataprism.sandbox.frame.Exchange;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.BatchStreams;
import io.dataprism.sandbox.stream.IncomingBatches;
import io.dataprism.sandbox.stream.StreamSender;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;

/** One operation under way, from the host's side: its deadline, its input, its answer. Ends once. */
final class HostOperation implements Exchange {

    private static final ExportFormat[] FORMATS = ExportFormat.values();
    private static final int MOST_REFUSALS = 16;

    private final Link link;
    private final Call call;
    private final ChildFailures failures;
    private final MonoSink<Answer> sink;
    private final Executor signals;
    private final Runnable whenOver;
    private final Stragglers stragglers;
    private final long id;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Map<String, DataPrismException> refusals = new ConcurrentHashMap<>();
    private final @Nullable StreamSender<Batch> input;
    private final IncomingBatches batches;
    private volatile @Nullable Future<?> deadline;
    private boolean answered;

    HostOperation(
            Link link,
            Call call,
            ChildFailures failures,
            MonoSink<Answer> sink,
            Executor signals,
            BatchStreams streams,
            Stragglers stragglers,
            Runnable whenOver) {
        this.link = link;
        this.call = call;
        this.failures = failures;
        this.sink = sink;
        this.signals = signals;
        this.whenOver = whenOver;
        this.stragglers = stragglers;
        this.id = link.open(this);
        this.batches = streams.incoming(id, signals, this::cancel);
        this.input = call.input() == null
                ? null
                : new StreamSender<>(
                        link,
                        id,
                        streams.outgoing(),
                        failure -> ChildFailures.frame(id, remember(failure)),
                        () -> {},
                        Context.empty(),
                        0);
    }

    /** Sends the call, subscribes to the input, and begins to count the time. */
    void start(ScheduledExecutorService timer) {
        Frame frame;
        try {
            frame = new Frame(FrameType.CALL, id, Json.encode(CallMessage.of(call)));
        } catch (IllegalArgumentException unfit) {
            fail(new DataPrismException(
                    ErrorCode.REQUEST_INVALID,
                    "The parameters of '" + call.operation() + "' cannot be sent: " + unfit.getMessage(),
                    "Send smaller parameters.",
                    unfit));
            return;
        }
        link.send(frame);
        deadline = timer.schedule(this::timeOut, call.timeout().toNanos(), TimeUnit.NANOSECONDS);
        if (over.get()) {
            stopClock();
        }
        Flux<Batch> source = call.input();
        if (input != null && source != null) {
            input.start(source);
            if (over.get()) {
                input.cancel();
            }
        }
    }

    /** Cancels, here and in the child. */
    void cancel() {
        if (finish()) {
            stragglers.giveUp(id);
        }
    }

    /** Takes note of how far the read that this is has come. */
    void reached(@Nullable Object checkpoint) {
        Reading reading = call.extras().reading();
        if (reading == null) {
            throw new ProtocolException(
                    "The child sent a checkpoint for the operation '" + call.operation() + "', which is no read.");
        }
        reading.reached().accept(checkpoint);
    }

    /** Remembers what the host refused while this call was served, so that it can be told from a plugin's own failure. */
    Throwable remember(Throwable refusal) {
        if (refusal instanceof DataPrismException known && refusals.size() < MOST_REFUSALS) {
            refusals.put(known.code().name() + known.detail(), known);
        }
        return refusal;
    }

    @Override
    public void onFrame(Frame frame) {
        switch (frame.type()) {
            case CREDIT -> input("credit").credit(frame.number());
            case CANCEL -> input("cancel").cancel();
            case RESULT -> {
                require(Kind.VALUE, frame);
                Answer.Value value = new Answer.Value(Json.decode(frame.payload()));
                if (finish()) {
                    // a value is at rest: whoever is told may not block, and needs no thread to be told on
                    answered = true;
                    sink.success(value);
                }
            }
            case DOCUMENT -> {
                require(Kind.RENDERING, frame);
                answer(new Answer.Drawing(drawing(frame.payload())));
            }
            case SCHEMA, BATCH, PLACED, END -> {
                require(Kind.DATASET, frame);
                batches(frame);
            }
            case FAILED -> fail(failure(frame.payload()));
            default -> throw new ProtocolException("The child answered with " + frame + ".");
        }
    }

    @Override
    public void onLinkEnded(Throwable reason) {
        fail(reason);
    }

    private void batches(Frame frame) {
        Schema before = batches.schema();
        batches.onFrame(frame, payload -> failure(payload));
        Schema schema = batches.schema();
        if (frame.type() == FrameType.END) {
            finish();
        }
        if (before == null && (schema != null || frame.type() == FrameType.END)) {
            Schema known = schema == null ? new Schema(List.of()) : schema;
            Flux<Batch> stream = Flux.from(batches.batches()).onErrorMap(OutOfMemoryException.class, this::noMemory);
            emit(new Answer.Dataset(known, stream));
        }
    }

    private void answer(Answer answer) {
        if (finish()) {
            emit(answer);
        }
    }

    private void emit(Answer answer) {
        answered = true;
        signals.execute(() -> sink.success(answer));
    }

    private void fail(Throwable reason) {
        if (finish()) {
            tell(reason);
        }
    }

    private void tell(Throwable reason) {
        if (answered) {
            batches.fail(reason);
        } else {
            signals.execute(() -> sink.error(reason));
        }
    }

    private void timeOut() {
        if (finish()) {
            stragglers.giveUp(id);
            tell(failures.timeout("the operation '" + call.operation() + "'", call.timeout()));
        }
    }

    private boolean finish() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        link.forget(id);
        stopClock();
        if (input != null) {
            input.cancel();
        }
        whenOver.run();
        return true;
    }

    private void stopClock() {
        Future<?> clock = deadline;
        if (clock != null) {
            clock.cancel(false);
        }
    }

    private DataPrismException failure(byte[] payload) {
        Map<String, @Nullable Object> problem = Json.decodeObject(payload);
        String code = Json.text(problem, "code");
        String message = Json.text(problem, "message");
        DataPrismException refusal = refusals.get(code + message);
        return refusal == null ? failures.ofChild(code, message) : refusal;
    }

    private DataPrismException noMemory(OutOfMemoryException full) {
        return new DataPrismException(
                ErrorCode.OVERLOADED,
                "There is no memory for the answer of '" + call.operation() + "'.",
                "Try again later, or with fewer rows.",
                full);
    }

    private void require(Kind kind, Frame frame) {
        if (call.kind() != kind) {
            throw new ProtocolException(
                    "The child answered an operation of kind " + call.kind() + " with " + frame + ".");
        }
    }

    private StreamSender<Batch> input(String what) {
        if (input == null) {
            throw new ProtocolException("The child sent " + what + " for an input that the operation does not have.");
        }
        return input;
    }

    private static Rendering drawing(byte[] payload) {
        int format = payload[0];
        if (format < 0 || format >= FORMATS.length) {
            throw new ProtocolException("A document of the unknown format " + format + " was sent.");
        }
        return new Rendering(FORMATS[format], Arrays.copyOfRange(payload, 1, payload.length));
    }
}
