package io.dataprism.core.format;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.validate.ValidateVectorBufferVisitor;
import org.apache.arrow.vector.validate.ValidateVectorDataVisitor;

/**
 * Arrow's own checks that no offset or length of a vector leaves its buffers, without what is wrong in them (Arrow 19): they take
 * a map's type for a mistake, and look for offsets in lists of one length, which have none. That vectors are of their fields'
 * types needs no check: they were made of them.
 */
public final class VectorCheck {

    private VectorCheck() {}

    /**
     * Checks a batch: each vector and all in it.
     *
     * @throws RuntimeException naming what does not fit
     */
    public static void requireValid(VectorSchemaRoot root) {
        if (root.getRowCount() < 0) {
            throw new IllegalStateException("a batch has " + root.getRowCount() + " rows");
        }
        for (FieldVector vector : root.getFieldVectors()) {
            if (vector.getValueCount() != root.getRowCount()) {
                throw new IllegalStateException("column '" + vector.getName() + "' has " + vector.getValueCount()
                        + " values, and its batch has " + root.getRowCount());
            }
            requireValid(vector);
        }
    }

    /**
     * Checks a vector and all in it. Takes time with the number of values.
     *
     * @throws RuntimeException naming what does not fit
     */
    public static void requireValid(ValueVector vector) {
        vector.accept(new ValidateVectorBufferVisitor(), null);
        vector.accept(new Data(), null);
    }

    private static final class Data extends ValidateVectorDataVisitor {

        @Override
        public Void visit(FixedSizeListVector lists, Void nothing) {
            FieldVector values = lists.getDataVector();
            long needed = (long) lists.getValueCount() * lists.getListSize();
            if (values.getValueCount() < needed) {
                throw new IllegalStateException("lists of " + lists.getListSize() + " need " + needed
                        + " values, and there are " + values.getValueCount());
            }
            return values.accept(this, null);
        }
    }
}
