package io.dataprism.core.confinement;

import io.dataprism.sandbox.frame.Exchange;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.BytesIn;
import io.dataprism.sandbox.stream.BytesOut;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A child's connection through the host, as the host sees it: frames on one side, a stream on the other, with a window of
 * {@link BytesOut#WINDOW_BYTES} each way. Ends when both directions have ended, or either side breaks off.
 */
final class ChildConnection implements Exchange, HostStream.Receiver {

    private final Link link;
    private final long id;
    private final Function<Throwable, Frame> failure;
    private final Runnable whenOver;
    private final BytesOut out;
    private final BytesIn in;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private @Nullable HostStream stream;
    private boolean streamEnded;

    ChildConnection(Link link, long id, Function<Throwable, Frame> failure, Runnable whenOver) {
        this.link = link;
        this.id = id;
        this.failure = failure;
        this.whenOver = whenOver;
        this.out = new BytesOut(link, id);
        this.in = new BytesIn(link, id);
    }

    /** Opens it. Never cancelled, so that a stream that is made too late comes here and is closed. */
    void start(Mono<HostStream> connecting) {
        connecting.subscribe(this::opened, this::onFailure);
    }

    private void opened(HostStream made) {
        synchronized (this) {
            stream = made;
        }
        if (over.get()) {
            made.close();
            return;
        }
        link.send(Frame.of(FrameType.ITEM, id));
        made.start(this);
    }

    @Override
    public void onFrame(Frame frame) {
        switch (frame.type()) {
            case BYTES -> {
                int count = frame.payload().length;
                in.received(count);
                open(frame).write(frame.payload(), () -> in.used(count));
            }
            case CREDIT -> {
                out.credit(frame.number());
                flush();
            }
            case END -> {
                in.ended(frame.number());
                open(frame).endOutput();
                finishIfBothEnded();
            }
            case CANCEL -> onLinkEnded(new ProtocolException("cancelled"));
            default -> throw new ProtocolException("The child sent " + frame + " on a connection.");
        }
    }

    @Override
    public void onLinkEnded(Throwable reason) {
        if (finish()) {
            close();
        }
    }

    @Override
    public void onBytes(byte[] bytes) {
        synchronized (this) {
            waiting.add(bytes);
        }
        flush();
    }

    @Override
    public void onEnd() {
        synchronized (this) {
            streamEnded = true;
        }
        flush();
    }

    @Override
    public void onFailure(Throwable reason) {
        if (finish()) {
            link.send(failure.apply(reason));
            close();
        }
    }

    /** Sends what there is credit for, and reads on only when nothing waits. */
    private void flush() {
        synchronized (this) {
            HostStream held = stream;
            for (byte[] first = waiting.poll(); first != null; first = waiting.poll()) {
                int sent = out.send(first, 0, first.length);
                if (sent < first.length) {
                    waiting.addFirst(java.util.Arrays.copyOfRange(first, sent, first.length));
                    break;
                }
            }
            boolean empty = waiting.isEmpty();
            if (empty && streamEnded) {
                out.end();
            }
            if (held == null) {
                return;
            }
            // under the lock: the later of two decisions must also be the one that stays
            if (empty) {
                held.resume();
            } else {
                held.pause();
            }
        }
        finishIfBothEnded();
    }

    private void finishIfBothEnded() {
        if (out.ended() && in.hasEnded() && finish()) {
            close();
        }
    }

    private void close() {
        HostStream held;
        synchronized (this) {
            held = stream;
            waiting.clear();
        }
        if (held != null) {
            held.close();
        }
    }

    private boolean finish() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        link.forget(id);
        whenOver.run();
        return true;
    }

    private synchronized HostStream open(Frame frame) {
        HostStream held = stream;
        if (held == null) {
            throw new ProtocolException("The child sent " + frame + " before its connection was open.");
        }
        return held;
    }
}
