package io.dataprism.core.wasm;

import io.dataprism.plugin.Batch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * The input of one operation, which is asked for a batch when the module asks for one, and not before. {@link #next} is for one thread
 * at a time and waits; everything else is for any thread.
 */
final class ModuleInput implements CoreSubscriber<Batch> {

    private static final byte[] END = new byte[0];

    private final int mostBytes;
    private @Nullable Subscription source;
    private @Nullable BatchPieces pieces;
    private boolean asked;
    private boolean completed;
    private boolean closed;
    private @Nullable Throwable failure;

    /** @param mostBytes of what {@link #next} gives at once */
    ModuleInput(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * Waits for the next batch, or what of it fits, as a stream of bytes; of no length at the end.
     *
     * @throws io.dataprism.core.error.DataPrismException {@code PAYLOAD_TOO_LARGE} where one row is too large, then again and again
     * @throws RuntimeException what the input failed with
     */
    byte[] next() throws InterruptedException {
        BatchPieces taken = take();
        if (taken == null) {
            return END;
        }
        try {
            byte[] piece = taken.next();
            giveBack(taken);
            return piece;
        } catch (RuntimeException | Error tooLarge) {
            taken.close();
            onError(tooLarge);
            cancelSource();
            throw tooLarge;
        }
    }

    /** Nobody reads it any more. */
    void close() {
        BatchPieces left;
        synchronized (this) {
            closed = true;
            left = pieces;
            pieces = null;
            notifyAll();
        }
        cancelSource();
        if (left != null) {
            left.close();
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        synchronized (this) {
            if (!closed && source == null) {
                source = subscription;
                notifyAll();
                return;
            }
        }
        subscription.cancel();
    }

    @Override
    public void onNext(Batch batch) {
        giveBack(new BatchPieces(batch, mostBytes));
    }

    @Override
    public synchronized void onError(Throwable reason) {
        if (failure == null) {
            failure = reason;
        }
        notifyAll();
    }

    @Override
    public synchronized void onComplete() {
        completed = true;
        notifyAll();
    }

    private @Nullable BatchPieces take() throws InterruptedException {
        while (true) {
            Subscription from;
            synchronized (this) {
                BatchPieces found = pieces;
                if (found != null) {
                    pieces = null;
                    asked = false;
                    return found;
                }
                throwFailure();
                if (completed || closed) {
                    return null;
                }
                if (asked || source == null) {
                    wait();
                    continue;
                }
                asked = true;
                from = Objects.requireNonNull(source);
            }
            // a source may answer before it returns
            from.request(1);
        }
    }

    private void throwFailure() {
        switch (failure) {
            case null -> {}
            case RuntimeException known -> throw known;
            default -> throw new IllegalStateException("The input failed.", failure);
        }
    }

    private void giveBack(BatchPieces left) {
        synchronized (this) {
            if (!closed && left.more()) {
                pieces = left;
                notifyAll();
                return;
            }
        }
        left.close();
    }

    private void cancelSource() {
        Subscription from;
        synchronized (this) {
            from = source;
        }
        if (from != null) {
            from.cancel();
        }
    }
}
