package io.dataprism.core.wasm;

import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.Call;
import io.dataprism.core.confinement.PluginProcess.Kind;
import io.dataprism.core.wasm.module.PluginInterface;
import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.ProtocolException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.MonoSink;

/** One call of an operation: what a module does for it, its input and its answer, all of which end with it. Any thread. */
final class WasmOperation {

    private final Call call;
    private final MonoSink<Answer> sink;
    private final WasmFailures failures;
    private final Executor signals;
    private final @Nullable ModuleInput input;
    private final @Nullable ModuleAnswer answer;
    private final WasmTask<?> task;
    private final Consumer<WasmTask<?>> stop;

    /**
     * @param mostBytes of the input that the module gets at once
     * @param stop ends a task that nobody wants any more
     */
    WasmOperation(
            Call call,
            MonoSink<Answer> sink,
            WasmFailures failures,
            Executor signals,
            BufferAllocator allocator,
            int mostBytes,
            Consumer<WasmTask<?>> stop) {
        this.call = call;
        this.sink = sink;
        this.failures = failures;
        this.signals = signals;
        this.stop = stop;
        this.input = call.input() == null ? null : new ModuleInput(mostBytes);
        String what = "the operation '" + call.operation() + "'";
        if (call.kind() == Kind.DATASET) {
            ModuleAnswer dataset = new ModuleAnswer(call.operation(), sink, signals, failures, allocator, this::cancel);
            this.answer = dataset;
            this.task = new WasmTask<>(what, this::dataset, done -> dataset.complete(), this::fail);
        } else {
            this.answer = null;
            this.task = new WasmTask<>(what, this::value, sink::success, this::fail);
        }
    }

    WasmTask<?> task() {
        return task;
    }

    /** Subscribes to the input, without asking for anything: who opened it counts on somebody who ends it. */
    void begin() {
        Flux<Batch> source = call.input();
        if (input != null && source != null) {
            source.subscribe(input);
        }
    }

    /** Nobody wants its answer any more. */
    void cancel() {
        stop.accept(task);
        end();
    }

    private Answer value(WasmInstance instance) {
        try {
            byte[] result = instance.ask(serving(), function(), Json.encode(call.params()));
            return new Answer.Value(Json.decode(result));
        } catch (ProtocolException notJson) {
            throw failures.ofModule(0, "'" + call.operation() + "' answered what is no JSON: " + notJson.getMessage());
        } finally {
            end();
        }
    }

    private boolean dataset(WasmInstance instance) {
        try {
            instance.run(serving(), function(), Json.encode(call.params()));
            return true;
        } finally {
            end();
        }
    }

    private void fail(Throwable reason) {
        end();
        if (answer == null) {
            signals.execute(() -> sink.error(reason));
        } else {
            answer.fail(reason);
        }
    }

    private void end() {
        if (input != null) {
            input.close();
        }
    }

    private Serving serving() {
        return new Serving(call.id(), input, answer);
    }

    private String function() {
        return PluginInterface.OPERATION + call.operation();
    }
}
