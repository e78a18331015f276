package io.dataprism.sandbox.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinkWritingTest {

    private static final int SENDERS = 4;
    private static final int FRAMES = 500;
    private static final int LARGE_BYTES = 40_000;
    private static final long LIMIT_SECONDS = 60;

    @ParameterizedTest
    @EnumSource(Link.Side.class)
    void every_frame_of_many_senders_comes_once_and_each_senders_in_order(Link.Side side) throws Exception {
        // the JDK's piped streams take the end of a thread that wrote for the end of the writing
        Pipe pipe = Pipe.open();
        InputStream in = Channels.newInputStream(pipe.source());
        Link link = new Link(side, InputStream.nullInputStream(), Channels.newOutputStream(pipe.sink()), new Silent());
        Thread writer = Thread.ofPlatform().start(link::write);
        List<Thread> senders = new ArrayList<>();
        for (int sender = 1; sender <= SENDERS; sender++) {
            long id = sender;
            senders.add(Thread.ofPlatform().start(() -> send(link, id)));
        }
        FrameReader reader = new FrameReader(in);
        Map<Long, Integer> next = new HashMap<>();
        for (int frame = 0; frame < SENDERS * FRAMES; frame++) {
            Frame found = reader.next();
            assertThat(found).isNotNull();
            int expected = next.merge(found.id(), 1, Integer::sum) - 1;
            assertThat(found.payload()).hasSize(size(expected));
            assertThat(number(found.payload())).isEqualTo(expected);
        }
        for (Thread sender : senders) {
            assertThat(sender.join(Duration.ofSeconds(LIMIT_SECONDS))).isTrue();
        }
        link.end(new IOException("over"));
        writer.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        assertThat(writer.isAlive()).isFalse();
        pipe.sink().close();
        assertThat(in.read()).as("what is left").isEqualTo(-1);
    }

    private static void send(Link link, long id) {
        for (int frame = 0; frame < FRAMES; frame++) {
            byte[] payload = new byte[size(frame)];
            payload[0] = (byte) frame;
            payload[1] = (byte) (frame >> 8);
            link.send(new Frame(FrameType.RESULT, id, payload));
        }
    }

    /** Some are too large for their sender to write. */
    private static int size(int frame) {
        return frame % 7 == 0 ? LARGE_BYTES : 2 + frame % 50;
    }

    private static int number(byte[] payload) {
        return (payload[0] & 0xff) | (payload[1] & 0xff) << 8;
    }

    private static final class Silent implements Link.Owner {

        @Override
        public void onLinkFrame(Frame frame) {}

        @Override
        public void onCall(Frame call) {}

        @Override
        public void onEnded(Throwable reason) {}
    }
}
