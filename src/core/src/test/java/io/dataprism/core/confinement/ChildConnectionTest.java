package io.dataprism.core.confinement;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Link;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A connection that its child gives up before it is open. */
class ChildConnectionTest {

    private final AtomicReference<MonoSink<HostStream>> connecting = new AtomicReference<>();
    private final AtomicInteger over = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    @Test
    void aStreamThatIsMadeAfterTheChildHasGivenUpIsClosed() {
        Link link =
                new Link(Link.Side.HOST, InputStream.nullInputStream(), OutputStream.nullOutputStream(), new NoOwner());
        ChildConnection connection =
                new ChildConnection(link, 1, reason -> Frame.of(FrameType.CANCEL, 1), over::incrementAndGet);
        connection.start(Mono.create(connecting::set));

        connection.onFrame(Frame.of(FrameType.CANCEL, 1));
        assertThat(over).hasValue(1);
        connecting.get().success(new Closing());

        assertThat(closed).hasValue(1);
        assertThat(over).hasValue(1);
    }

    /** Counts how often it is closed; nothing else may happen to it. */
    private final class Closing implements HostStream {

        @Override
        public void start(Receiver receiver) {
            throw new AssertionError("read");
        }

        @Override
        public void write(byte[] bytes, Runnable written) {
            throw new AssertionError("written");
        }

        @Override
        public void endOutput() {
            throw new AssertionError("ended");
        }

        @Override
        public void pause() {
            throw new AssertionError("paused");
        }

        @Override
        public void resume() {
            throw new AssertionError("resumed");
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private static final class NoOwner implements Link.Owner {

        @Override
        public void onLinkFrame(Frame frame) {}

        @Override
        public void onCall(Frame frame) {}

        @Override
        public Throwable explain(Throwable reason) {
            return reason;
        }

        @Override
        public void onEnded(Throwable reason) {}
    }
}
