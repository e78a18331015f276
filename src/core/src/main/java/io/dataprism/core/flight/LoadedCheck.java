package io.dataprism.core.flight;

import io.dataprism.sandbox.stream.BatchValidator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Checks in full what a reader has loaded: as a batch of a child's is checked, and its dictionaries too, so that each index is
 * one of its dictionary, which Arrow's decoder believes. One use, one thread. Throws whatever says best what is wrong.
 */
final class LoadedCheck {

    private final DictionaryProvider dictionaries;
    private final Set<Long> checked = new HashSet<>();

    private LoadedCheck(DictionaryProvider dictionaries) {
        this.dictionaries = dictionaries;
    }

    static void checkAll(VectorSchemaRoot loaded, DictionaryProvider dictionaries) {
        checkMemory(loaded);
        LoadedCheck check = new LoadedCheck(dictionaries);
        loaded.getFieldVectors().forEach(check::check);
    }

    private static void checkMemory(VectorSchemaRoot loaded) {
        List<Field> stored = loaded.getSchema().getFields().stream()
                .map(LoadedCheck::asStored)
                .toList();
        List<ArrowFieldNode> nodes = new ArrayList<>();
        List<ArrowBuf> buffers = new ArrayList<>();
        loaded.getFieldVectors().forEach(vector -> append(vector, nodes, buffers));
        try (ArrowRecordBatch batch = new ArrowRecordBatch(loaded.getRowCount(), nodes, buffers)) {
            new BatchValidator(batch).check(new Schema(stored));
        }
    }

    /** With whole buffers: a vector cuts them by offsets that may be lies, and Arrow keeps them where that goes wrong. */
    private static void append(FieldVector vector, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
        nodes.add(new ArrowFieldNode(vector.getValueCount(), vector.getNullCount()));
        for (ArrowBuf buffer : vector.getFieldBuffers()) {
            buffers.add(buffer.readerIndex(0).writerIndex(buffer.capacity()));
        }
        vector.getChildrenFromFields().forEach(child -> append(child, nodes, buffers));
    }

    /** Indices for encoded columns, the storage of extensions. */
    private static Field asStored(Field field) {
        ArrowType type = field.getType() instanceof ArrowType.ExtensionType extension
                ? extension.storageType()
                : field.getType();
        List<Field> children =
                field.getChildren().stream().map(LoadedCheck::asStored).toList();
        return new Field(field.getName(), new FieldType(field.isNullable(), type, null), children);
    }

    private void check(FieldVector vector) {
        if (vector.getField().getDictionary() != null) {
            checkIndices(vector, vector.getField().getDictionary().getId());
        }
        vector.getChildrenFromFields().forEach(this::check);
    }

    private void checkIndices(FieldVector indices, long id) {
        Dictionary dictionary = dictionaries.lookup(id);
        if (dictionary == null || !(indices instanceof BaseIntVector numbers)) {
            throw new IllegalStateException(
                    "column " + indices.getName() + " is encoded with dictionary " + id + ", which cannot be used");
        }
        FieldVector values = dictionary.getVector();
        if (checked.add(id)) {
            checkMemory(new VectorSchemaRoot(List.of(values.getField()), List.of(values), values.getValueCount()));
            values.getChildrenFromFields().forEach(this::check);
        }
        for (int row = 0; row < indices.getValueCount(); row++) {
            long index = indices.isNull(row) ? 0 : numbers.getValueAsLong(row);
            if (!indices.isNull(row) && (index < 0 || index >= values.getValueCount())) {
                throw new IllegalStateException("column " + indices.getName() + " has the index " + index
                        + " into a dictionary of " + values.getValueCount());
            }
        }
    }
}
