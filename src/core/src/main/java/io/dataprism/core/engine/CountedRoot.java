package io.dataprism.core.engine;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Vectors that say when they are freed, so that their allocator can be closed with the last of them. */
public final class CountedRoot extends VectorSchemaRoot {

    private final Runnable whenClosed;
    private final AtomicBoolean closed = new AtomicBoolean();

    private CountedRoot(Schema schema, List<FieldVector> vectors, int rows, Runnable whenClosed) {
        super(schema, vectors, rows);
        this.whenClosed = whenClosed;
    }

    static CountedRoot create(Schema schema, BufferAllocator allocator, Runnable whenClosed) {
        List<FieldVector> vectors = schema.getFields().stream()
                .map(field -> vector(field, allocator))
                .toList();
        return new CountedRoot(schema, vectors, 0, whenClosed);
    }

    /** Takes over the vectors of another root. */
    public static CountedRoot of(VectorSchemaRoot other, Runnable whenClosed) {
        return new CountedRoot(other.getSchema(), other.getFieldVectors(), other.getRowCount(), whenClosed);
    }

    private static FieldVector vector(Field field, BufferAllocator allocator) {
        return field.createVector(allocator);
    }

    @Override
    public void close() {
        super.close();
        if (closed.compareAndSet(false, true)) {
            whenClosed.run();
        }
    }
}
