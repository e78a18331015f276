package io.dataprism.sandbox.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameReader;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.Outgoing;
import io.dataprism.sandbox.frame.ProtocolException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/** The credit of a stream as its sender takes it. */
class StreamCreditTest {

    private static final long STREAM = 2;

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final Link link = new Link(Link.Side.CHILD, InputStream.nullInputStream(), sent, new Silent());
    private final StreamSender<Integer> sender = new StreamSender<>(
            link, STREAM, new Numbers(), failure -> Frame.of(FrameType.CANCEL, STREAM), () -> {}, Context.empty(), 0);

    private static class Numbers implements StreamSender.Encoding<Integer> {

        @Override
        public Outgoing frame(long id, Integer number, StreamSender<Integer> to) {
            return new Frame(FrameType.ITEM, id, new byte[] {number.byteValue()});
        }

        @Override
        public void release(Integer number) {}
    }

    private static final class Silent implements Link.Owner {

        @Override
        public void onLinkFrame(Frame frame) {}

        @Override
        public void onCall(Frame call) {}

        @Override
        public void onEnded(Throwable reason) {}
    }

    @Test
    void anOlderTotalThatComesAfterANewerOneTakesNothingBack() throws IOException {
        sender.start(Flux.range(0, 3));
        sender.credit(2);
        sender.credit(1);
        sender.credit(3);
        sender.credit(2);
        assertThat(items()).containsExactly(0, 1, 2);
    }

    @Test
    void aTotalBeyondTheWindowBreaksTheProtocol() throws IOException {
        sender.start(Flux.range(0, 3));
        sender.credit(1);
        assertThatThrownBy(() -> sender.credit(2 + StreamReceiver.WINDOW)).isInstanceOf(ProtocolException.class);
        assertThat(items()).containsExactly(0);
    }

    @Test
    void whatCannotBeSentFailsTheStreamAndIsNotWaitedFor() throws IOException {
        StreamSender<Integer> broken = new StreamSender<>(
                link,
                STREAM,
                new Numbers() {
                    @Override
                    public Frame head(long id, Integer first) {
                        throw new IllegalArgumentException("too large");
                    }
                },
                failure -> Frame.of(FrameType.CANCEL, STREAM),
                () -> {},
                Context.empty(),
                1);
        AtomicBoolean cancelled = new AtomicBoolean();
        broken.start(Flux.range(0, 3).doOnCancel(() -> cancelled.set(true)));
        FrameReader reader = new FrameReader(new ByteArrayInputStream(sent.toByteArray()));
        assertThat(reader.next())
                .extracting(Frame::type)
                .as("what a failure is sent as")
                .isEqualTo(FrameType.CANCEL);
        assertThat(reader.next()).isNull();
        assertThat(cancelled).isTrue();
        int bytes = sent.size();
        broken.credit(1);
        assertThat(sent.size()).as("nothing follows").isEqualTo(bytes);
    }

    private List<Integer> items() throws IOException {
        FrameReader reader = new FrameReader(new ByteArrayInputStream(sent.toByteArray()));
        List<Integer> items = new ArrayList<>();
        for (Frame frame = reader.next(); frame != null && frame.type() == FrameType.ITEM; frame = reader.next()) {
            items.add((int) frame.payload()[0]);
        }
        return items;
    }
}
