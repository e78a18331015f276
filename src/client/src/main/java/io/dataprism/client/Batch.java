package io.dataprism.client;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Rows of a dataset as Arrow vectors. Whoever gets one closes it, once or more often, on any thread; its memory is the
 * client's until then.
 */
public final class Batch implements AutoCloseable {

    private final VectorSchemaRoot root;
    private final AtomicBoolean closed = new AtomicBoolean();

    Batch(VectorSchemaRoot root) {
        this.root = root;
    }

    /** Names and types of the columns. */
    public Schema schema() {
        return root.getSchema();
    }

    /** The number of rows; may be 0. */
    public int rowCount() {
        return root.getRowCount();
    }

    /** The vectors; good until the batch is closed, and not to be changed. */
    public VectorSchemaRoot root() {
        if (closed.get()) {
            throw new IllegalStateException("This batch is closed: read it before.");
        }
        return root;
    }

    /**
     * A column by name.
     *
     * @throws IllegalArgumentException where there is none, naming those that there are
     */
    public FieldVector column(String name) {
        FieldVector vector = root().getVector(name);
        if (vector == null) {
            throw new IllegalArgumentException("The batch has no column '" + name + "'; it has "
                    + schema().getFields().stream()
                            .map(field -> field.getName())
                            .toList() + ".");
        }
        return vector;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            root.close();
        }
    }
}
