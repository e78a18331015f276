package io.dataprism.sandbox.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FramePropertiesTest {

    @Property(tries = 200)
    void whatIsWrittenIsRead(@ForAll @Size(max = 20) List<@From("frames") Frame> frames) throws IOException {
        FrameReader reader = new FrameReader(new ByteArrayInputStream(written(frames)));
        for (Frame frame : frames) {
            Frame read = reader.next();
            assertThat(read.type()).isEqualTo(frame.type());
            assertThat(read.id()).isEqualTo(frame.id());
            assertThat(read.payload()).isEqualTo(frame.payload());
        }
        assertThat(reader.next()).isNull();
    }

    @Property(tries = 500)
    void anyBytesAreFramesOrAreRefused(@ForAll @Size(max = 200) byte[] bytes) throws IOException {
        FrameReader reader = new FrameReader(new ByteArrayInputStream(bytes));
        try {
            while (reader.next() != null) {}
        } catch (ProtocolException | EOFException refused) {
            assertThat(refused).hasMessageContaining("f");
        }
    }

    @Property(tries = 200)
    void aStreamCutWithinAFrameIsAnError(@ForAll("frames") Frame frame, @ForAll int cut) throws IOException {
        byte[] bytes = written(List.of(frame));
        int length = Math.floorMod(cut, bytes.length);
        Assume.that(length > 0);

        assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(Arrays.copyOf(bytes, length))).next())
                .isInstanceOf(EOFException.class);
    }

    @Property(tries = 200)
    void aLengthThatTheTypeDoesNotAllowIsRefusedBeforeItIsRead(
            @ForAll FrameType type, @ForAll @IntRange(min = 1) int beyond) {
        long length = Math.min(0xffff_ffffL, (long) type.mostBytes() + 9 + beyond);
        byte[] header = ByteBuffer.allocate(13)
                .putInt((int) length)
                .put((byte) type.code())
                .putLong(2)
                .array();

        assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(header)).next())
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(type.name());
    }

    @Property(tries = 200)
    void jsonValuesComeBack(@ForAll("values") Object value) {
        assertThat(Json.decode(Json.encode(value))).isEqualTo(value);
    }

    @Property(tries = 500)
    void anyBytesAreJsonOrAreRefused(@ForAll @Size(max = 100) byte[] bytes) {
        try {
            Json.decode(bytes);
        } catch (ProtocolException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @Example
    void whatIsNoJsonValueIsNamed() {
        assertThatThrownBy(() -> Json.encode(new Object())).hasMessageContaining("java.lang.Object");
        assertThatThrownBy(() -> Json.encode(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> Json.decode("[1] 2".getBytes())).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> Json.decode("[".repeat(5000).getBytes())).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> Json.text(Map.of("a", 1), "a")).hasMessageContaining("'a'");
        assertThatThrownBy(() -> Json.number(Map.of(), "a")).hasMessageContaining("'a'");
        assertThatThrownBy(() -> Json.object(List.of())).isInstanceOf(ProtocolException.class);
    }

    @Provide
    Arbitrary<Frame> frames() {
        return Arbitraries.of(FrameType.class)
                .flatMap(type -> Combinators.combine(Arbitraries.longs().greaterOrEqual(0), payload(type))
                        .as((id, payload) -> new Frame(type, id, payload)));
    }

    @Provide
    Arbitrary<Object> values() {
        Arbitrary<Object> scalars = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(20).map(text -> (Object) text),
                Arbitraries.integers().map(number -> (Object) number),
                Arbitraries.of(true, false).map(truth -> (Object) truth));
        Arbitrary<Object> lists = scalars.list().ofMaxSize(5).map(list -> (Object) list);
        return Arbitraries.oneOf(
                scalars,
                lists,
                Arbitraries.maps(Arbitraries.strings().alpha().ofMaxLength(5), Arbitraries.oneOf(scalars, lists))
                        .ofMaxSize(5)
                        .map(map -> (Object) map));
    }

    private static Arbitrary<byte[]> payload(FrameType type) {
        int least = IntStream.range(0, 100).filter(type::allows).findFirst().orElseThrow();
        int most = Math.min(type.mostBytes(), 100_000);
        return Arbitraries.bytes().array(byte[].class).ofMinSize(least).ofMaxSize(Math.min(most, least + 300));
    }

    private static byte[] written(List<Frame> frames) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FrameSink sink = new FrameSink(bytes);
        for (Frame frame : frames) {
            frame.writeTo(sink);
        }
        sink.flush();
        return bytes.toByteArray();
    }

    @org.junit.jupiter.api.Test
    void numbersThatNoReaderTakesAreRefusedByTheWriter() {
        for (Number number : new Number[] {
            new java.math.BigDecimal("1e999999999"), java.math.BigInteger.ONE.shiftLeft(1_000_000), Double.NaN
        }) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> Json.encode(number))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        org.assertj.core.api.Assertions.assertThat(
                        Json.decode(Json.encode(new java.math.BigInteger("12345678901234567890123"))))
                .isEqualTo(new java.math.BigInteger("12345678901234567890123"));
    }
}
