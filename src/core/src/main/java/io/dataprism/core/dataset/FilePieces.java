package io.dataprism.core.dataset;

import io.dataprism.core.engine.CountedRoot;
import io.dataprism.core.engine.QueryMemory;
import io.dataprism.plugin.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A file as batches of one row, each a piece of it. One thread at a time; blocks on the disk; deletes the file when closed. */
final class FilePieces implements AutoCloseable {

    static final Schema SCHEMA = new Schema(List.of(Field.nullable("bytes", ArrowType.Binary.INSTANCE)));

    private static final int PIECE_BYTES = 1 << 20;

    private final Path file;
    private final QueryMemory memory;
    private @Nullable FileChannel channel;

    /** The file is not there yet, or is about to be written. */
    FilePieces(Path file, QueryMemory memory) {
        this.file = file;
        this.memory = memory;
    }

    Path file() {
        return file;
    }

    /** The next piece, or null at the end. */
    @Nullable
    Batch next() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(file);
            channel = open;
        }
        int length = (int) Math.min(PIECE_BYTES, open.size() - open.position());
        return length <= 0 ? null : read(open, length);
    }

    private Batch read(FileChannel open, int length) throws IOException {
        VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, memory.allocator());
        try {
            VarBinaryVector pieces = (VarBinaryVector) root.getVector(0);
            pieces.allocateNew(length, 1);
            ByteBuffer into = pieces.getDataBuffer().nioBuffer(0, length);
            while (into.hasRemaining()) {
                if (open.read(into) < 0) {
                    throw new IOException("The file of a result has become shorter while it was read.");
                }
            }
            pieces.getOffsetBuffer().setInt(0, 0);
            pieces.getOffsetBuffer().setInt(Integer.BYTES, length);
            BitVectorHelper.setBit(pieces.getValidityBuffer(), 0);
            pieces.setLastSet(0);
            root.setRowCount(1);
            memory.hold();
            return new Batch(CountedRoot.of(root, memory::release));
        } catch (IOException | RuntimeException e) {
            root.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        if (open != null) {
            open.close();
        }
        Files.deleteIfExists(file);
    }
}
