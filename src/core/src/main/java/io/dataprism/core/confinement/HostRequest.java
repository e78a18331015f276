package io.dataprism.core.confinement;

import io.dataprism.sandbox.frame.Exchange;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/** A request of the host with one small answer: the life cycle, and whether the child answers. Ends once. */
final class HostRequest implements Exchange {

    private final Link link;
    private final String method;
    private final ChildFailures failures;
    private final MonoSink<Map<String, @Nullable Object>> sink;
    private final Executor signals;
    private final long id;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Future<?> deadline;

    HostRequest(
            Link link,
            String method,
            ChildFailures failures,
            MonoSink<Map<String, @Nullable Object>> sink,
            Executor signals) {
        this.link = link;
        this.method = method;
        this.failures = failures;
        this.sink = sink;
        this.signals = signals;
        this.id = link.open(this);
    }

    void start(Map<String, @Nullable Object> order, Duration timeout, ScheduledExecutorService timer) {
        link.send(new Frame(FrameType.CALL, id, Json.encode(order)));
        deadline =
                timer.schedule(() -> fail(failures.timeout(method, timeout)), timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (over.get()) {
            stopClock();
        }
    }

    /** Nobody waits any more; the child is not told, since a life-cycle call cannot be taken back. */
    void abandon() {
        finish();
    }

    @Override
    public void onFrame(Frame frame) {
        switch (frame.type()) {
            case RESULT -> {
                Object value = Json.decode(frame.payload());
                Map<String, @Nullable Object> answer = value == null ? Map.of() : Json.object(value);
                if (finish()) {
                    signals.execute(() -> sink.success(answer));
                }
            }
            case FAILED -> fail(failures.ofChild(frame.payload()));
            default -> throw new ProtocolException("The child answered '" + method + "' with " + frame + ".");
        }
    }

    @Override
    public void onLinkEnded(Throwable reason) {
        fail(reason);
    }

    private void fail(Throwable reason) {
        if (finish()) {
            signals.execute(() -> sink.error(reason));
        }
    }

    private boolean finish() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        link.forget(id);
        stopClock();
        return true;
    }

    private void stopClock() {
        Future<?> clock = deadline;
        if (clock != null) {
            clock.cancel(false);
        }
    }
}
