package io.dataprism.sandbox.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which exchanges a peer may open. */
class LinkTest {

    private final List<Long> calls = new ArrayList<>();
    private Throwable end;

    @Test
    void idsThatCrossedOnTheirWayAreTakenOnce() throws Exception {
        read(1, 5, 3, 9, 7, 11);
        assertThat(calls).containsExactly(1L, 5L, 3L, 9L, 7L, 11L);
        assertThat(end).isInstanceOf(Link.PeerClosed.class);
    }

    @Test
    void anIdThatCameBeforeEndsTheLink() throws Exception {
        for (long[] wrong : new long[][] {{1, 1}, {1, 5, 3, 3}, {1, 3, 5, 1}}) {
            calls.clear();
            read(wrong);
            assertThat(calls).hasSize(wrong.length - 1);
            assertThat(end).isInstanceOf(ProtocolException.class).hasMessageContaining("not one of its next");
        }
    }

    @Test
    void anIdOfOurOwnOrFarAheadEndsTheLink() throws Exception {
        for (long wrong : new long[] {2, 1_000_001, Long.MAX_VALUE, -1}) {
            calls.clear();
            read(1, wrong);
            assertThat(calls).containsExactly(1L);
            assertThat(end).isInstanceOf(ProtocolException.class);
        }
    }

    /** A host reads what a child with these ids sends, to the end. */
    private void read(long... ids) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FrameSink sink = new FrameSink(bytes);
        for (long id : ids) {
            new Frame(FrameType.CALL, id, new byte[0]).writeTo(sink);
        }
        sink.flush();
        new Link(
                        Link.Side.HOST,
                        new ByteArrayInputStream(bytes.toByteArray()),
                        OutputStream.nullOutputStream(),
                        new Link.Owner() {
                            @Override
                            public void onLinkFrame(Frame frame) {}

                            @Override
                            public void onCall(Frame frame) {
                                calls.add(frame.id());
                            }

                            @Override
                            public Throwable explain(Throwable reason) {
                                return reason;
                            }

                            @Override
                            public void onEnded(Throwable reason) {
                                end = reason;
                            }
                        })
                .read();
    }
}
