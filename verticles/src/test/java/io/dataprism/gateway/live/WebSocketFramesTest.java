package io.dataprism.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is framed here is read by a client's decoder as what it was. */
class WebSocketFramesTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 131_072, 131_073, 300_000})
    void aMessageOfAnyLengthIsReadAsItWasWrittenInFramesThatClientsTake(int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);

        ByteBuf joined = Unpooled.buffer();
        WebSocketFrames.append(joined, WebSocketFrames.Kind.BINARY, Unpooled.wrappedBuffer(payload));
        ByteBuf pieces = Unpooled.buffer();
        ByteBuf source = Unpooled.directBuffer(Math.max(1, length)).writeBytes(payload);
        WebSocketFrames.pieces(WebSocketFrames.Kind.BINARY, source, piece -> {
            pieces.writeBytes(piece);
            piece.release();
        });

        assertThat(source.refCnt()).isZero();
        assertThat(pieces).isEqualTo(joined);
        assertThat(decoded(joined, BinaryWebSocketFrame.class)).isEqualTo(payload);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 125, 126, 65_535, 65_536})
    void aTextThatIsOneFrameHasAHeaderAlone(int length) {
        ByteBuf message = Unpooled.buffer();
        assertThat(WebSocketFrames.isOneFrame(length)).isTrue();
        WebSocketFrames.appendHeader(message, WebSocketFrames.Kind.TEXT, length);
        assertThat(message.readableBytes()).isLessThanOrEqualTo(WebSocketFrames.HEADER_BYTES_LIMIT);
        message.writeBytes("x".repeat(length).getBytes());

        assertThat(decoded(message, TextWebSocketFrame.class)).hasSize(length).containsOnly('x');
    }

    private static byte[] decoded(ByteBuf message, Class<? extends WebSocketFrame> first) {
        EmbeddedChannel client = new EmbeddedChannel(new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(false)
                .maxFramePayloadLength(WebSocketFrames.FRAME_BYTES_LIMIT)
                .build()));
        client.writeInbound(message);
        ByteBuf whole = Unpooled.buffer();
        boolean ended = false;
        for (WebSocketFrame frame = client.readInbound(); frame != null; frame = client.readInbound()) {
            assertThat(ended).isFalse();
            assertThat(frame).isInstanceOf(whole.isReadable() ? ContinuationWebSocketFrame.class : first);
            whole.writeBytes(frame.content());
            ended = frame.isFinalFragment();
            frame.release();
        }
        client.finishAndReleaseAll();
        assertThat(ended).isTrue();
        byte[] bytes = new byte[whole.readableBytes()];
        whole.readBytes(bytes);
        return bytes;
    }
}
