package io.dataprism.core.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PieceOrderTest {

    private static final int LARGEST_BYTES = 1_000;
    private static final int LARGEST_PIECE_BYTES = 100;

    private static List<Piece> pieces(Random random, long sequence) {
        List<Integer> lengths = new ArrayList<>();
        int total = 0;
        for (int count = 1 + random.nextInt(9); count > 0; count--) {
            int length = 1 + random.nextInt(LARGEST_PIECE_BYTES);
            lengths.add(length);
            total += length;
        }
        List<Piece> pieces = new ArrayList<>();
        for (int index = 0; index < lengths.size(); index++) {
            pieces.add(new Piece(sequence, index, lengths.size(), total, lengths.get(index)));
        }
        return pieces;
    }

    @Property(tries = 500)
    void legalPiecesPassAndFillTheirUnit(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int units) {
        Random random = new Random(seed);
        PieceOrder order = new PieceOrder(LARGEST_BYTES, LARGEST_PIECE_BYTES);
        for (int unit = 0; unit < units; unit++) {
            assertThat(order.isWhole()).isTrue();
            List<Piece> pieces = pieces(random, unit);
            for (Piece piece : pieces) {
                assertThat(order.add(piece)).isNull();
            }
            assertThat(order.isWhole()).isTrue();
            assertThat(order.offsetBytes()).isEqualTo(pieces.getFirst().totalBytes());
        }
    }

    /** Whatever comes, what is accepted never leaves the bounds that its first piece announced. */
    @Property(tries = 2_000)
    void whateverComesNothingIsAcceptedBeyondWhatWasAnnounced(@ForAll long seed) {
        Random random = new Random(seed);
        PieceOrder order = new PieceOrder(LARGEST_BYTES, LARGEST_PIECE_BYTES);
        Piece first = null;
        int filled = 0;
        List<Piece> honest = pieces(random, 0);
        for (int step = 0; step < 40; step++) {
            Piece piece = random.nextInt(3) > 0 && step < honest.size() ? honest.get(step) : any(random);
            boolean begins = order.isWhole();
            if (order.add(piece) != null) {
                continue;
            }
            first = begins ? piece : first;
            filled = begins ? piece.lengthBytes() : filled + piece.lengthBytes();
            assertThat(first.totalBytes()).isBetween(1, LARGEST_BYTES);
            assertThat(piece.lengthBytes()).isBetween(1, LARGEST_PIECE_BYTES);
            assertThat(filled).isEqualTo(order.offsetBytes()).isLessThanOrEqualTo(first.totalBytes());
            assertThat(order.isWhole()).isEqualTo(filled == first.totalBytes());
        }
    }

    private static Piece any(Random random) {
        int[] odd = {Integer.MIN_VALUE, -1, 0, 1, 2, 50, 100, 101, 1_000, 1_001, Integer.MAX_VALUE};
        return new Piece(
                random.nextInt(2),
                odd[random.nextInt(odd.length)],
                odd[random.nextInt(odd.length)],
                odd[random.nextInt(odd.length)],
                odd[random.nextInt(odd.length)]);
    }

    @Test
    void aRefusedPieceChangesNothing() {
        PieceOrder order = new PieceOrder(LARGEST_BYTES, LARGEST_PIECE_BYTES);
        assertThat(order.add(new Piece(0, 0, 2, 20, 10))).isNull();

        assertThat(order.add(new Piece(0, 0, 2, 20, 10))).contains("after piece 0");
        assertThat(order.add(new Piece(1, 1, 2, 20, 10))).contains("within the batch");
        assertThat(order.add(new Piece(0, 1, 2, 20, 9))).contains("10 bytes left");

        assertThat(order.add(new Piece(0, 1, 2, 20, 10))).isNull();
        assertThat(order.isWhole()).isTrue();
    }
}
