package io.dataprism.load.fan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameReaderTest {

    private static final String LONG = "x".repeat(300);
    private static final byte[] PING = {(byte) 0x89, 0};

    /** Tells what it was told. */
    private static final class Told implements FrameReader.Listener {

        private final List<String> messages = new ArrayList<>();
        private final List<Integer> controls = new ArrayList<>();

        @Override
        public void onMessage(ByteBuffer in, int from, int to) {
            messages.add(Subscriber.text(in, from, to));
        }

        @Override
        public void onControl(int opcode) {
            controls.add(opcode);
        }
    }

    @Property(tries = 200)
    void events_of_a_websocket_are_found_however_reads_cut_them(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 700) Integer> cuts) throws IOException {
        byte[] stream = FramesOfServers.joined(
                FramesOfServers.webSocket("first"),
                PING,
                FramesOfServers.webSocket(LONG),
                FramesOfServers.webSocket("last"));
        Told told = read(Framing.WEB_SOCKET, Splitting.byFrame(), stream, cuts);
        assertThat(told.messages).containsExactly("first", LONG, "last");
        assertThat(told.controls).containsExactly(Framing.PING);
    }

    @Property(tries = 200)
    void server_sent_events_are_found_however_chunks_and_reads_cut_them(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 400) Integer> cuts,
            @ForAll @IntRange(min = 1, max = 300) int chunkLength)
            throws IOException {
        List<String> events = List.of(": hb\n\n", "id: 1\ndata: a\n\n", "id: 2\ndata: b\n\n", "data: " + LONG + "\n\n");
        String text = String.join("", events);
        List<byte[]> chunks = new ArrayList<>();
        for (int at = 0; at < text.length(); at += chunkLength) {
            chunks.add(FramesOfServers.chunk(text.substring(at, Math.min(text.length(), at + chunkLength))));
        }
        byte[] stream = FramesOfServers.joined(chunks.toArray(byte[][]::new));
        assertThat(read(Framing.CHUNKED, Splitting.byEmptyLine(), stream, cuts).messages)
                .isEqualTo(events);
        assertThat(read(Framing.NONE, Splitting.byEmptyLine(), text.getBytes(StandardCharsets.UTF_8), cuts).messages)
                .isEqualTo(events);
    }

    @Property(tries = 200)
    void messages_of_nats_are_found_whether_several_are_in_a_frame_or_one_in_several(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 400) Integer> cuts,
            @ForAll @IntRange(min = 1, max = 120) int frameLength)
            throws IOException {
        List<String> messages =
                List.of("INFO {}\r\n", "MSG a.b 1 5\r\nhello\r\n", "PING\r\n", "MSG a 1 12\r\ntwo\r\nlines..\r\n");
        String text = String.join("", messages);
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0; at < text.length(); at += frameLength) {
            frames.add(FramesOfServers.webSocket(text.substring(at, Math.min(text.length(), at + frameLength))));
        }
        byte[] stream = FramesOfServers.joined(frames.toArray(byte[][]::new));
        assertThat(read(Framing.WEB_SOCKET, Splitting.byNats(), stream, cuts).messages)
                .isEqualTo(messages);
    }

    @Test
    void the_last_chunk_tells_that_the_stream_ended() throws IOException {
        byte[] stream = FramesOfServers.joined(
                FramesOfServers.chunk("data: a\n\n"), "0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        Told told = read(Framing.CHUNKED, Splitting.byEmptyLine(), stream, List.of(1_000));
        assertThat(told.messages).containsExactly("data: a\n\n");
        assertThat(told.controls).containsExactly(Framing.CLOSE);
    }

    /** Reads it in pieces of such lengths, again and again, as a connection does. */
    private static Told read(Framing framing, Splitting splitting, byte[] stream, List<Integer> cuts)
            throws IOException {
        Told told = new Told();
        FrameReader reader = new FrameReader(framing, splitting, new Framing.Head(), told);
        ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
        byte[] kept = {};
        int at = 0;
        for (int read = 0; at < stream.length; read++) {
            int count = Math.min(cuts.get(read % cuts.size()), stream.length - at);
            in.clear().put(kept).put(stream, at, count).flip();
            at += count;
            int used = reader.read(in, 0);
            kept = new byte[in.limit() - used];
            in.get(used, kept);
        }
        assertThat(new String(kept, StandardCharsets.US_ASCII))
                .as("what is left")
                .isIn("", "\r\n");
        return told;
    }
}
