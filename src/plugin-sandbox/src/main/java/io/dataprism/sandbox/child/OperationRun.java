package io.dataprism.sandbox.child;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Plugin;
import io.dataprism.plugin.PluginException;
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
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final CallOrder order;
    private final Parts parts;
    private final Executor signals;
    private final @Nullable IncomingBatches input;
    private final OperationThread thread;
    private final Runnable whenGone;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean roomMade = new AtomicBoolean();
    private volatile boolean cancelled;
    private final Disposable.Swap answer = Disposables.swap();
    private final @Nullable StreamSender<Batch> output;

    /** @param whenGone called once: before the answer is sent, or, for a cancelled operation, when its thread is free */
    OperationRun(Link link, long id, CallOrder order, Parts parts, Runnable whenGone) {
        this.link = link;
        this.id = id;
        this.order = order;
        this.parts = parts;
        this.whenGone = whenGone;
        this.thread = new OperationThread(parts.threads(), this::failed, this::threadEnded);
        this.signals = CallScope.within(order.id(), task -> parts.signals().execute(() -> guard(task)));
        this.input = order.input() ? parts.streams().incoming(id, this.signals, () -> cancelInput(link, id)) : null;
        this.output = order.kind().equals("DATASET")
                ? new StreamSender<>(
                        link,
                        id,
                        parts.streams().outgoing(),
                        failure -> Failures.frame(id, failure),
                        this::finish,
                        CallScope.context(order.id()),
                        1)
                : null;
    }

    /** Whose operation it is, and what it works with. */
    record Parts(
            Plugin plugin,
            HostContext context,
            Drawings drawings,
            BatchStreams streams,
            Executor signals,
            Executor threads) {}

    /** Runs the operation on this thread, and comes back when that has nothing more to do for it; nothing where it was cancelled. */
    void start() {
        thread.begin(() -> CallScope.run(order.id(), () -> guard(this::invoke)));
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
        Dispatch dispatch = new Dispatch(parts.plugin(), parts.context(), order);
        switch (order.kind()) {
            case "VALUE" -> value(dispatch.value(batches()));
            case "DATASET" -> dataset(dispatch);
            case "RENDERING" -> rendering();
            default -> throw new ProtocolException("There is no kind of operation '" + order.kind() + "'.");
        }
    }

    private void value(Mono<Object> result) {
        // an empty Mono means null, which no signal can carry
        answer.update(result.map(Json::encode)
                .defaultIfEmpty(Json.encode(null))
                .contextWrite(CallScope.context(order.id()))
                .subscribe(bytes -> last(new Frame(FrameType.RESULT, id, bytes)), this::failed));
    }

    private void dataset(Dispatch dispatch) {
        if (output == null) {
            throw PluginException.unknownOperation(order.operation());
        }
        output.start(Flux.defer(() -> dispatch.dataset(batches())).subscribeOn(withScope()));
    }

    private void rendering() {
        answer.update(parts.drawings()
                .draw(parts.plugin(), parts.context(), order, batches())
                .switchIfEmpty(Mono.error(() -> new PluginException(
                        Failures.PLUGIN_FAILED, "The operation '" + order.operation() + "' ended without a drawing.")))
                .map(this::document)
                .contextWrite(CallScope.context(order.id()))
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
        return Schedulers.fromExecutor(CallScope.within(order.id(), thread));
    }

    /** Something of it has failed that nobody else hears of. Any thread. */
    void failed(Throwable failure) {
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
            thread.close();
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
                thread.closeNow();
            });
        }
    }

    private void release() {
        link.forget(id);
        if (input != null) {
            input.release();
        }
    }

    /** Also where no task ever ran. */
    private void threadEnded() {
        makeRoom();
        if (cancelled) {
            link.send(Frame.of(FrameType.GONE, id));
        }
    }

    private static void cancelInput(Link link, long id) {
        link.send(Frame.of(FrameType.CANCEL, id));
    }
}
