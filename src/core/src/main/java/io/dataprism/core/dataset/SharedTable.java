package io.dataprism.core.dataset;

import io.dataprism.core.cluster.SharedMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** What the cluster knows of a table: a value of the shared map. */
sealed interface SharedTable {

    /** The first byte of each value. */
    int FORMAT = 1;

    int LIVE = 1;
    int DROPPED = 2;

    /** A value of the map takes no more. */
    int LIMIT_BYTES = 4 << 20;

    /** What a value may unfold into: entries of many versions repeat themselves. */
    int UNFOLDED_LIMIT_BYTES = 64 << 20;

    /** It is there. */
    record Live(TableEntry entry) implements SharedTable {}

    /**
     * It was dropped.
     *
     * @param version its newest, so that the numbers of a later table of the name go on
     */
    record Dropped(long version) implements SharedTable {}

    /** The bytes of a table that is there. */
    static byte[] write(TableEntry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(FORMAT);
        bytes.write(LIVE);
        try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
            packed.write(TableEntryFile.write(entry));
        }
        if (bytes.size() > LIMIT_BYTES) {
            throw TableProblems.tooLargeToShare(entry, bytes.size(), LIMIT_BYTES);
        }
        return bytes.toByteArray();
    }

    /** The bytes of a table that was dropped. */
    static byte[] writeDropped(long version) {
        return java.nio.ByteBuffer.allocate(2 + Long.BYTES)
                .put((byte) FORMAT)
                .put((byte) DROPPED)
                .putLong(version)
                .array();
    }

    /** Reads a value. */
    static SharedTable read(String name, SharedMap.Value value) throws IOException {
        if (value.deleted()) {
            return new Dropped(0);
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value.bytes()))) {
            int format = in.read();
            if (format != FORMAT) {
                throw new IOException("its format is " + format + "; this release reads " + FORMAT);
            }
            return switch (in.read()) {
                case LIVE -> new Live(readEntry(name, in));
                case DROPPED -> new Dropped(in.readLong());
                default -> throw new IOException("it says neither that the table is there nor that it was dropped");
            };
        }
    }

    private static TableEntry readEntry(String name, DataInputStream in) throws IOException {
        byte[] json = new GZIPInputStream(in).readNBytes(UNFOLDED_LIMIT_BYTES);
        if (json.length == UNFOLDED_LIMIT_BYTES) {
            throw new IOException("it unfolds into more than " + UNFOLDED_LIMIT_BYTES + " bytes");
        }
        TableEntry entry = TableEntryFile.read(json);
        if (!entry.name().equals(name)) {
            throw new IOException("it is the entry of table " + entry.name());
        }
        return entry;
    }
}
