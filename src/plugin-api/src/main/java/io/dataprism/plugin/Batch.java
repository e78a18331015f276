package io.dataprism.plugin;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One Arrow record batch, counted by reference. It begins with one reference; {@link #close()} gives one back, and the last
 * one frees the Arrow buffers. Never dictionary-encoded: what is in the vectors are the values.
 *
 * <p>Immutable once published, and then readable from any thread. References are counted atomically.
 */
public final class Batch implements AutoCloseable {

    private final VectorSchemaRoot root;
    private final AtomicInteger references = new AtomicInteger(1);

    /**
     * Takes over the root: it is closed with the batch, and its row count must be set.
     *
     * @param root vectors that nobody changes any more
     */
    public Batch(VectorSchemaRoot root) {
        this.root = root;
    }

    /** The schema of the rows. */
    public Schema schema() {
        return root.getSchema();
    }

    /** The number of rows; may be 0. */
    public int rowCount() {
        return root.getRowCount();
    }

    /** The vectors, owned by this batch. Good until the last reference is closed. */
    public VectorSchemaRoot root() {
        if (references.get() <= 0) {
            throw new IllegalStateException(
                    "This batch of " + root.getSchema().getFields().size()
                            + " columns is closed; retain() it before it is handed on to keep it.");
        }
        return root;
    }

    /**
     * A column by name.
     *
     * @throws PluginException {@code REQUEST_INVALID} where there is none, naming those that there are
     */
    public FieldVector column(String name) {
        FieldVector vector = root().getVector(name);
        if (vector == null) {
            throw PluginException.invalidParameter(
                    name,
                    "names no column of the input, which has "
                            + schema().getFields().stream()
                                    .map(field -> field.getName())
                                    .toList());
        }
        return vector;
    }

    /** The bytes of all buffers of all vectors, as allocated. */
    public long sizeBytes() {
        long bytes = 0;
        for (FieldVector vector : root().getFieldVectors()) {
            for (ArrowBuf buffer : vector.getBuffers(false)) {
                bytes += buffer.capacity();
            }
        }
        return bytes;
    }

    /** Takes one more reference, to be given back with {@link #close()}. */
    public Batch retain() {
        references.updateAndGet(count -> {
            if (count <= 0) {
                throw new IllegalStateException("A closed batch cannot be retained.");
            }
            return count + 1;
        });
        return this;
    }

    /** Gives one reference back. Closing more often than retained is an error of the caller. */
    @Override
    public void close() {
        int left = references.decrementAndGet();
        if (left == 0) {
            root.close();
        } else if (left < 0) {
            throw new IllegalStateException("This batch was closed more often than it was retained.");
        }
    }
}
