package io.dataprism.sandbox.child;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.DataProcessorPlugin;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.Plugin;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.Rendering;
import io.dataprism.plugin.VisualizationPlugin;
import io.dataprism.sandbox.frame.Exchange;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.BatchEncoding;
import io.dataprism.sandbox.stream.IncomingBatches;
import io.dataprism.sandbox.stream.StreamSender;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** One operation under way: a thread of its own, the input, the answer. Ends with one last frame, or with a cancel. */
final class OperationRun implements Exchange {

    private final Link link;
    private final long id;
    private final Plugin plugin;
    private final String callId;
    private final String operation;
    private final String kind;
    private final Map<String, @Nullable Object> params;
    private final @Nullable ExportFormat format;
    private final Executor signals;
    private final @Nullable IncomingBatches input;
    private final ExecutorService thread = new OwnThread();
    private volatile Runnable whenGone = () -> {};
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean roomMade = new AtomicBoolean();
    private volatile boolean cancelled;
    private final Disposable.Swap answer = Disposables.swap();
    private final @Nullable StreamSender<Batch> output;

    OperationRun(
            Link link,
            long id,
            Plugin plugin,
            Map<String, @Nullable Object> call,
            BufferAllocator allocator,
            Executor signals) {
        this.link = link;
        this.id = id;
        this.plugin = plugin;
        this.callId = Json.text(call, "id");
        this.operation = Json.text(call, "operation");
        this.kind = Json.text(call, "kind");
        this.params = Json.object(call.get("params"));
        this.format = call.get("format") instanceof String name ? ExportFormat.valueOf(name) : null;
        this.signals = CallScope.within(callId, task -> signals.execute(() -> guard(task)));
        this.input = Boolean.TRUE.equals(call.get("input"))
                ? new IncomingBatches(link, id, this.signals, allocator, true, () -> cancelInput(link, id))
                : null;
        this.output = kind.equals("DATASET")
                ? new StreamSender<>(
                        link,
                        id,
                        new BatchEncoding(),
                        failure -> Failures.frame(id, failure),
                        this::finish,
                        CallScope.context(callId),
                        1)
                : null;
    }

    /** Runs the operation. @param whenGone called once: before the answer is sent, or, for a cancelled operation, when its thread is free */
    void start(Runnable whenGone) {
        this.whenGone = whenGone;
        thread.execute(() -> CallScope.run(callId, () -> guard(this::invoke)));
    }

    @Override
    public void onFrame(Frame frame) {
        switch (frame.type()) {
            case CREDIT -> {
                if (output == null) {
                    throw new ProtocolException("The host gave credit to an operation without a stream.");
                }
                output.credit(frame.number());
            }
            case CANCEL -> cancel();
            default -> {
                if (input == null) {
                    throw new ProtocolException("The host sent " + frame + " to an operation without an input.");
                }
                input.onFrame(frame, Failures::ofHost);
            }
        }
    }

    @Override
    public void onLinkEnded(Throwable reason) {
        if (input != null) {
            input.fail(reason);
        }
        cancel();
    }

    private void invoke() {
        switch (kind) {
            case "VALUE" ->
                value(
                        input == null
                                ? plugin.execute(operation, params, Flux.empty())
                                : plugin.execute(operation, params, batches()));
            case "DATASET" -> dataset();
            case "RENDERING" -> rendering();
            default -> throw new ProtocolException("There is no kind of operation '" + kind + "'.");
        }
    }

    private void value(Mono<Object> result) {
        // an empty Mono means null, which no signal can carry
        answer.update(result.map(Json::encode)
                .defaultIfEmpty(Json.encode(null))
                .contextWrite(CallScope.context(callId))
                .subscribe(bytes -> last(new Frame(FrameType.RESULT, id, bytes)), this::failed));
    }

    private void dataset() {
        if (!(plugin instanceof DataProcessorPlugin processor) || output == null) {
            throw PluginException.unknownOperation(operation);
        }
        Flux<Batch> batches = Flux.defer(() -> processor.process(operation, batches(), params));
        output.start(batches.subscribeOn(withScope()));
    }

    private void rendering() {
        ExportFormat wanted = format;
        if (!(plugin instanceof VisualizationPlugin visualization) || wanted == null) {
            throw PluginException.unknownOperation(operation);
        }
        answer.update(visualization
                .render(operation, batches(), params)
                .flatMap(view -> visualization.export(view, wanted))
                .switchIfEmpty(Mono.error(() -> new PluginException(
                        Failures.PLUGIN_FAILED, "The operation '" + operation + "' ended without a drawing.")))
                .map(this::document)
                .contextWrite(CallScope.context(callId))
                .subscribe(this::last, this::failed));
    }

    private Frame document(Rendering rendering) {
        byte[] payload = new byte[rendering.bytes().length + 1];
        payload[0] = (byte) rendering.format().ordinal();
        System.arraycopy(rendering.bytes(), 0, payload, 1, rendering.bytes().length);
        return new Frame(FrameType.DOCUMENT, id, payload);
    }

    private Flux<Batch> batches() {
        return input == null ? Flux.empty() : Flux.from(input.batches());
    }

    private Scheduler withScope() {
        return Schedulers.fromExecutor(CallScope.within(callId, thread));
    }

    private void failed(Throwable failure) {
        if (output != null) {
            output.failed(failure);
        } else {
            last(Failures.frame(id, failure));
        }
    }

    /** Reactor lets errors of the virtual machine, such as a stack overflow, fly past its operators. */
    private void guard(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error failure) {
            failed(failure);
        }
    }

    private void last(Frame frame) {
        if (finish()) {
            link.send(frame);
        }
    }

    /** Frees everything; whoever then sees the answer may call again at once. */
    private boolean finish() {
        boolean first = over.compareAndSet(false, true);
        if (first) {
            release();
            makeRoom();
            thread.shutdown();
        }
        return first;
    }

    private void makeRoom() {
        if (roomMade.compareAndSet(false, true)) {
            whenGone.run();
        }
    }

    private void cancel() {
        if (over.compareAndSet(false, true)) {
            cancelled = true;
            signals.execute(() -> {
                answer.dispose();
                if (output != null) {
                    output.cancel();
                }
                release();
                thread.shutdownNow();
            });
        }
    }

    private void release() {
        link.forget(id);
        if (input != null) {
            input.release();
        }
    }

    /** The operation's thread; what the plugin is asked for waits in line. */
    private final class OwnThread extends ThreadPoolExecutor {

        OwnThread() {
            super(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    Thread.ofPlatform()
                            .daemon()
                            .name("dataprism-operation-", 0)
                            .uncaughtExceptionHandler((thread, failure) -> failed(failure))
                            .factory());
        }

        @Override
        protected void terminated() {
            makeRoom();
            if (cancelled) {
                link.send(Frame.of(FrameType.GONE, id));
            }
        }
    }

    private static void cancelInput(Link link, long id) {
        link.send(Frame.of(FrameType.CANCEL, id));
    }
}
