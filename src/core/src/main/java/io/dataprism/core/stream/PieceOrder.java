package io.dataprism.core.stream;

import org.jspecify.annotations.Nullable;

/**
 * Whether pieces come in order and whole: the receiving side of {@link Piece}. What is announced with the first piece holds for
 * all, so that memory for it can be taken once and is never written past.
 */
public final class PieceOrder {

    private final int mostTotalBytes;
    private final int mostPieceBytes;
    private @Nullable Piece before;
    private int offsetBytes;

    /**
     * @param mostTotalBytes the largest unit
     * @param mostPieceBytes the largest piece
     */
    public PieceOrder(int mostTotalBytes, int mostPieceBytes) {
        this.mostTotalBytes = mostTotalBytes;
        this.mostPieceBytes = mostPieceBytes;
    }

    /**
     * Looks at the next piece.
     *
     * @return null where it is legal and counts from now on; else what its sender did wrong, and nothing has changed
     */
    public @Nullable String add(Piece piece) {
        Piece last = before;
        boolean first = last == null;
        String problem = last == null ? refuseFirst(piece) : refuseNext(last, piece);
        if (problem == null) {
            problem = refuseLength(piece, first ? 0 : offsetBytes);
        }
        if (problem == null) {
            offsetBytes = first ? piece.lengthBytes() : offsetBytes + piece.lengthBytes();
            before = piece.index() == piece.count() - 1 ? null : piece;
        }
        return problem;
    }

    /** How many bytes of the unit are there. */
    public int offsetBytes() {
        return offsetBytes;
    }

    /** Whether no unit is begun and not whole. */
    public boolean isWhole() {
        return before == null;
    }

    private @Nullable String refuseFirst(Piece piece) {
        if (piece.index() != 0) {
            return "sent piece " + piece.index() + " of batch " + piece.sequence() + " where a first one was expected";
        }
        if (piece.totalBytes() < 1 || piece.totalBytes() > mostTotalBytes) {
            return "announced a batch of " + piece.totalBytes() + " bytes, where 1 to " + mostTotalBytes + " are legal";
        }
        if (piece.count() < 1 || piece.count() > piece.totalBytes()) {
            return "announced " + piece.count() + " pieces for " + piece.totalBytes() + " bytes";
        }
        return null;
    }

    private static @Nullable String refuseNext(Piece last, Piece piece) {
        if (piece.sequence() != last.sequence()
                || piece.count() != last.count()
                || piece.totalBytes() != last.totalBytes()) {
            return "sent " + piece + " within the batch of " + last;
        }
        if (piece.index() != last.index() + 1) {
            return "sent piece " + piece.index() + " of batch " + piece.sequence() + " after piece " + last.index();
        }
        return null;
    }

    private @Nullable String refuseLength(Piece piece, int offset) {
        int length = piece.lengthBytes();
        int left = piece.totalBytes() - offset;
        boolean last = piece.index() == piece.count() - 1;
        if (length < 1 || length > mostPieceBytes || length > left || (length == left) != last) {
            return "sent a piece of " + length + " bytes, number " + piece.index() + " of " + piece.count() + ", with "
                    + left + " bytes left of " + piece.totalBytes();
        }
        return null;
    }
}
