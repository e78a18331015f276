package io.dataprism.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.stream.Piece;
import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.testing.ArrowMemory;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.api.Test;

/** Batches cut, written, read and put together, without a bus between. */
class BatchPiecesTest {

    private final StreamMessageCodec codec = new StreamMessageCodec();

    /** Each piece as its message on the wire. */
    private List<Buffer> messages(Batch batch, long sequence, boolean withSchema) {
        OutgoingBatch outgoing = OutgoingBatch.of(batch, withSchema);
        List<Buffer> messages = new ArrayList<>();
        for (int index = 0; index < outgoing.pieces(); index++) {
            Piece piece = outgoing.piece(sequence, index);
            Buffer wire = Buffer.buffer("before");
            codec.encodeToWire(wire, new StreamMessage.Part("stream", "node", piece, outgoing.bytes(piece)));
            messages.add(wire);
        }
        outgoing.release();
        return messages;
    }

    private StreamMessage.Part part(Buffer wire) {
        return (StreamMessage.Part) codec.decodeFromWire("before".length(), wire);
    }

    private Batch add(IncomingBatches incoming, Buffer wire) {
        StreamMessage.Part part = part(wire);
        return incoming.add(part.piece(), (PieceBytes.Arrived) part.bytes());
    }

    @Property(tries = 60)
    void aBatchOfAnySizeIsTheSameAfterItsPieces(
            @ForAll @IntRange(max = 60_000) int rows, @ForAll @IntRange(min = 1, max = 3) int batches) {
        try (ArrowMemory memory = new ArrowMemory()) {
            IncomingBatches incoming = new IncomingBatches(memory.allocator());
            for (int number = 0; number < batches; number++) {
                List<Buffer> wires = messages(Batches.of(memory.allocator(), number, rows), number, number == 0);
                Batch whole = null;
                for (Buffer wire : wires) {
                    assertThat(whole).isNull();
                    assertThat(wire.length()).isLessThanOrEqualTo(256 * 1024);
                    whole = add(incoming, wire);
                }
                assertThat(Batches.values(whole))
                        .isEqualTo(
                                LongStream.range(number, number + rows).boxed().toList());
            }
            incoming.close();
        }
    }

    @Property(tries = 100)
    void piecesThatAreLostDoubledOrReorderedAreAnErrorAndNeverAWrongBatch(
            @ForAll long seed, @ForAll @IntRange(min = 20_000, max = 60_000) int rows) {
        Random random = new Random(seed);
        try (ArrowMemory memory = new ArrowMemory()) {
            List<Buffer> wires = new ArrayList<>(messages(Batches.of(memory.allocator(), 0, rows), 0, true));
            List<Buffer> right = List.copyOf(wires);
            int victim = random.nextInt(wires.size());
            switch (random.nextInt(3)) {
                case 0 -> wires.remove(victim);
                case 1 -> wires.add(victim, wires.get(victim));
                default -> wires.add(random.nextInt(wires.size()), wires.remove(victim));
            }
            IncomingBatches incoming = new IncomingBatches(memory.allocator());
            List<Batch> whole = new ArrayList<>();
            try {
                for (Buffer wire : wires) {
                    Batch batch = add(incoming, wire);
                    if (batch != null) {
                        whole.add(batch);
                    }
                }
            } catch (ProtocolException refused) {
                assertThat(wires).isNotEqualTo(right);
            } finally {
                incoming.close();
            }
            assertThat(whole)
                    .as("a whole batch needs all of its pieces in order")
                    .hasSizeLessThanOrEqualTo(1);
            if (whole.isEmpty()) {
                assertThat(wires).isNotEqualTo(right);
            } else {
                assertThat(wires.subList(0, right.size())).isEqualTo(right);
                assertThat(Batches.values(whole.getFirst())).hasSize(rows);
            }
        }
    }

    @Property(tries = 200)
    void anyFlippedByteIsAnErrorOrABatchThatCanBeRead(@ForAll long seed) {
        Random random = new Random(seed);
        try (ArrowMemory memory = new ArrowMemory(256L * 1024 * 1024)) {
            Buffer wire =
                    messages(Batches.of(memory.allocator(), 0, 50), 0, true).getFirst();
            int from = "before".length();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                wire.setByte(from + random.nextInt(wire.length() - from), (byte) random.nextInt(256));
            }
            IncomingBatches incoming = new IncomingBatches(memory.allocator());
            try {
                if (codec.decodeFromWire(from, wire) instanceof StreamMessage.Part
                        && add(incoming, wire) instanceof Batch batch) {
                    try (batch) {
                        batch.root().contentToTSVString();
                    }
                }
            } catch (ProtocolException | OutOfMemoryException | IllegalArgumentException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            } finally {
                incoming.close();
            }
        }
    }

    @Test
    void moreThanTheBoundIsNeverAllocated() {
        try (ArrowMemory memory = new ArrowMemory()) {
            IncomingBatches incoming = new IncomingBatches(memory.allocator());
            Piece lying = new Piece(0, 0, 300, BatchLayout.LARGEST_BYTES + 1, 8);

            assertThatThrownBy(() -> incoming.add(lying, new PieceBytes.Arrived(Buffer.buffer(new byte[8]), 0, 8)))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("67108865");
            assertThat(memory.allocator().getPeakMemoryAllocation()).isZero();
        }
    }

    @Test
    void aPieceThatWasLetGoOfIsWrittenWithoutBytesAndRefusedOnArrival() {
        try (ArrowMemory memory = new ArrowMemory()) {
            OutgoingBatch outgoing = OutgoingBatch.of(Batches.of(memory.allocator(), 0, 10), true);
            Piece piece = outgoing.piece(0, 0);
            PieceBytes.Leaving bytes = outgoing.bytes(piece);
            outgoing.release();
            bytes.discard();
            memory.assertAllBack();

            Buffer wire = Buffer.buffer("before");
            codec.encodeToWire(wire, new StreamMessage.Part("stream", "node", piece, bytes));

            IncomingBatches incoming = new IncomingBatches(memory.allocator());
            assertThatThrownBy(() -> add(incoming, wire)).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void aMessageThatIsCutShortIsRefused() {
        try (ArrowMemory memory = new ArrowMemory()) {
            Buffer wire =
                    messages(Batches.of(memory.allocator(), 0, 10), 0, true).getFirst();
            for (int length = "before".length(); length < wire.length(); length += 7) {
                Buffer cut = wire.getBuffer(0, length);
                assertThatThrownBy(() -> part(cut)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
