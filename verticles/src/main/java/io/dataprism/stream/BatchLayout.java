package io.dataprism.stream;

/**
 * A batch between nodes: a head, padded to {@link #ALIGNMENT_BYTES}, and the body of an Arrow IPC record batch. The head is the
 * length of the schema message (0: that of the batch before), the length of the batch's metadata, and the two, little-endian.
 */
final class BatchLayout {

    static final int ALIGNMENT_BYTES = 64;

    /** Before the schema: two lengths. */
    static final int LENGTHS_BYTES = 8;

    /** The largest batch between nodes. Batches are cut at 2 MiB, so only a row that is large by itself comes near. */
    static final int LARGEST_BYTES = 64 * 1024 * 1024;

    /** With the names and headers around it, a message of at most 256 KiB. */
    static final int PIECE_BYTES = 255 * 1024;

    private BatchLayout() {}

    static int headBytes(int schemaBytes, int metadataBytes) {
        return roundUp(LENGTHS_BYTES + schemaBytes + metadataBytes);
    }

    private static int roundUp(int bytes) {
        return (bytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }
}
