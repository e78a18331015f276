package io.dataprism.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.stream.Piece;
import io.dataprism.core.stream.StreamFrame;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Messages of streams as bytes, and what becomes of bytes that are none. */
class StreamMessageCodecTest {

    private static final List<StreamFrame<BatchParcel>> FRAMES = List.of(
            new StreamFrame.End<>(3, 1L << 40),
            new StreamFrame.Alive<>(7),
            new StreamFrame.Credit<>(9),
            new StreamFrame.Cancel<>(),
            new StreamFrame.Done<>());

    private final StreamMessageCodec codec = new StreamMessageCodec();

    private Buffer wire(StreamMessage message) {
        Buffer wire = Buffer.buffer();
        codec.encodeToWire(wire, message);
        return wire;
    }

    private static StreamMessage control(StreamFrame<BatchParcel> frame) {
        return new StreamMessage.Control("strüm", "node-1", frame);
    }

    @Test
    void everyFrameOfTheProtocolIsTheSameAfterItsWay() {
        for (StreamFrame<BatchParcel> frame : FRAMES) {
            Buffer behind = Buffer.buffer("before").appendBuffer(wire(control(frame)));
            assertThat(codec.decodeFromWire("before".length(), behind)).isEqualTo(control(frame));
            assertThat(codec.transform(control(frame))).isEqualTo(control(frame));
        }
    }

    @Test
    void aFailureKeepsItsCodeAndItsWords() {
        var sent = new DataPrismException(ErrorCode.QUERY_TIMEOUT, "It took too long.", "Ask for less.");

        var arrived = (StreamMessage.Control) codec.decodeFromWire(0, wire(control(new StreamFrame.Failed<>(sent))));

        var failed = (StreamFrame.Failed<BatchParcel>) arrived.frame();
        assertThat(failed.problem().toJson()).isEqualTo(sent.toJson());
    }

    @Test
    void aPieceThatHasArrivedGoesOnWithItsBytes() {
        var bytes = new PieceBytes.Arrived(Buffer.buffer("0123456789"), 2, 5);
        var part = new StreamMessage.Part("s", "n", new Piece(4, 0, 1, 5, 5), bytes);

        var again = (StreamMessage.Part) codec.transform(part);

        assertThat(again.piece()).isEqualTo(part.piece());
        var arrived = (PieceBytes.Arrived) again.bytes();
        assertThat(arrived.wire().getString(arrived.start(), arrived.start() + arrived.lengthBytes()))
                .isEqualTo("23456");
    }

    @Test
    void anotherVersionAndAnUnknownKindAreRefusedByNumber() {
        Buffer newer = wire(control(new StreamFrame.Done<>())).setByte(0, (byte) 9);
        assertThatThrownBy(() -> codec.decodeFromWire(0, newer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("version 9");
        for (byte kind : new byte[] {-1, 7}) {
            Buffer strange = wire(control(new StreamFrame.Done<>()));
            strange.setByte(strange.length() - 1, kind);
            assertThatThrownBy(() -> codec.decodeFromWire(0, strange))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("kind " + kind);
        }
    }

    @Property(tries = 500)
    void aMessageThatIsCutOffIsRefusedAndNothingElse(
            @ForAll @IntRange(max = 4) int which, @ForAll @IntRange(max = 60) int kept) {
        Buffer whole = wire(control(FRAMES.get(which)));
        Buffer cut = whole.getBuffer(0, Math.min(kept, whole.length() - 1));
        assertThatThrownBy(() -> codec.decodeFromWire(0, cut)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 2_000)
    void bytesThatSomebodyMadeUpAreReadOrRefused(@ForAll @Size(max = 60) byte[] bytes) {
        Buffer madeUp = wire(control(new StreamFrame.Done<>()));
        madeUp.setBytes(madeUp.length() - 1, bytes);
        try {
            assertThat(codec.decodeFromWire(0, madeUp).stream()).isEqualTo("strüm");
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageContaining("stream message");
        }
    }
}
