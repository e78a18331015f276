package io.dataprism.core.wasm;

import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.StreamReceiver;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.MonoSink;

/**
 * The dataset that one operation answers: known to its caller from the first schema on, and then a batch for each one that its reader has
 * room for. {@link #emit} is for one thread at a time and waits; everything else is for any thread and does not.
 */
final class ModuleAnswer {

    private final String operation;
    private final MonoSink<Answer> sink;
    private final Executor signals;
    private final WasmFailures failures;
    private final BufferAllocator allocator;
    private final ReaderCredit credit = new ReaderCredit();
    private final StreamReceiver<Batch> reader;
    private byte[] head = new byte[0];
    private @Nullable Schema schema;
    private @Nullable Throwable failure;

    /**
     * @param signals where the caller and the reader are told
     * @param allocator of the batches
     * @param whenCancelled told where the reader wants no more
     */
    ModuleAnswer(
            String operation,
            MonoSink<Answer> sink,
            Executor signals,
            WasmFailures failures,
            BufferAllocator allocator,
            Runnable whenCancelled) {
        this.operation = operation;
        this.sink = sink;
        this.signals = signals;
        this.failures = failures;
        this.allocator = allocator;
        this.reader = new StreamReceiver<>(0, credit::grant, signals, Batch::close, whenCancelled);
    }

    /**
     * Gives the reader the batches of a stream that the module wrote, when it asks for them.
     *
     * @throws RuntimeException where the answer has failed, now or before
     */
    void emit(byte[] bytes) throws InterruptedException {
        throwFailure();
        try {
            EmittedStream stream = new EmittedStream(bytes);
            Schema known = announce(stream);
            while (stream.more()) {
                // nothing is made before there is a reader for it
                credit.spend();
                reader.next(stream.next(known, allocator));
            }
        } catch (ProtocolException illegal) {
            throw refused(failures.illegal(operation, illegal));
        } catch (RuntimeException failed) {
            throw refused(HostReply.known(failed));
        }
    }

    /** The module has given all. */
    void complete() {
        boolean answered;
        synchronized (this) {
            if (failure != null) {
                return;
            }
            answered = schema != null;
        }
        if (!answered) {
            tell(new Schema(List.of()), Flux.empty());
        } else {
            reader.end(credit.spent());
        }
    }

    /** There is no more, and no good end. */
    void fail(Throwable reason) {
        boolean answered;
        synchronized (this) {
            if (failure != null) {
                return;
            }
            failure = reason;
            answered = schema != null;
        }
        if (answered) {
            reader.fail(reason);
        } else {
            signals.execute(() -> sink.error(reason));
        }
    }

    private Schema announce(EmittedStream stream) {
        Schema known = schema;
        if (known != null && Arrays.equals(head, stream.head())) {
            return known;
        }
        Schema found = stream.schema();
        if (known != null && !known.equals(found)) {
            throw new ProtocolException(
                    "All batches of a dataset have one schema: " + found + " was emitted after " + known + ".");
        }
        if (known == null) {
            head = stream.head();
            begin(found);
        }
        return found;
    }

    private void begin(Schema found) {
        synchronized (this) {
            throwFailure();
            schema = found;
        }
        tell(found, Flux.from(reader));
    }

    private void tell(Schema of, Flux<Batch> batches) {
        signals.execute(() -> sink.success(new Answer.Dataset(of, batches)));
    }

    private DataPrismException refused(DataPrismException reason) {
        fail(reason);
        return reason;
    }

    private synchronized void throwFailure() {
        if (failure != null) {
            throw HostReply.known(failure);
        }
    }
}
