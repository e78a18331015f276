package io.dataprism.core.engine;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Turns one kind of column from an engine's own form into one that any Arrow reader understands. Without state. */
public interface ColumnDecoder {

    /** The type of what {@link #decode} answers. */
    FieldType plainType(Field encoded);

    /**
     * The values in their plain form: a vector of its own, which the caller closes, or {@code encoded} itself where its buffers
     * already are the plain type's.
     */
    FieldVector decode(FieldVector encoded, BufferAllocator allocator);
}
