package io.dataprism.core.engine;

import io.dataprism.plugin.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches of their own out of what a reader has loaded: buffers are shared and not copied; dictionaries (the engine's ENUM)
 * and columns with a decoder become the values that they stand for, at any depth. One thread at a time.
 */
public final class PlainBatches {

    /** Of columns in one another, a map being two: whatever walks a batch later recurses so deep, on threads with small stacks. */
    static final int LEVELS_LIMIT = 64;

    private final DictionaryProvider dictionaries;
    private final BufferAllocator allocator;
    private final Function<Field, @Nullable ColumnDecoder> decoders;
    private final Schema schema;

    /** For an engine whose columns are plain already, but for dictionaries. */
    public PlainBatches(Schema encoded, DictionaryProvider dictionaries, BufferAllocator allocator) {
        this(encoded, dictionaries, allocator, field -> null);
    }

    /**
     * @param decoders the decoder of a field at any depth, or null where it is plain
     * @throws io.dataprism.core.error.DataPrismException {@code QUERY_NOT_ALLOWED} where columns are too deep in one another
     */
    public PlainBatches(
            Schema encoded,
            DictionaryProvider dictionaries,
            BufferAllocator allocator,
            Function<Field, @Nullable ColumnDecoder> decoders) {
        this.dictionaries = dictionaries;
        this.allocator = allocator;
        this.decoders = decoders;
        this.schema = new Schema(
                encoded.getFields().stream().map(field -> plain(field, 1)).toList());
    }

    /** Of the batches. */
    public Schema schema() {
        return schema;
    }

    /** What the reader has loaded, as a batch that outlives the next load. Its closing runs {@code whenClosed}, once. */
    public Batch take(VectorSchemaRoot loaded, Runnable whenClosed) {
        List<ArrowFieldNode> nodes = new ArrayList<>();
        List<ArrowBuf> buffers = new ArrayList<>();
        List<FieldVector> decoded = new ArrayList<>();
        CountedRoot root = CountedRoot.create(schema, allocator, whenClosed);
        try {
            for (FieldVector vector : loaded.getFieldVectors()) {
                append(vector, nodes, buffers, decoded);
            }
            try (ArrowRecordBatch shared = new ArrowRecordBatch(loaded.getRowCount(), nodes, buffers)) {
                new VectorLoader(root).load(shared);
            }
            return new Batch(root);
        } catch (RuntimeException e) {
            root.close();
            throw e;
        } finally {
            decoded.forEach(FieldVector::close);
        }
    }

    private void append(
            FieldVector vector, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers, List<FieldVector> decoded) {
        FieldVector values = decode(vector);
        if (values != vector) {
            decoded.add(values);
        }
        nodes.add(new ArrowFieldNode(values.getValueCount(), values.getNullCount()));
        buffers.addAll(values.getFieldBuffers());
        for (FieldVector child : values.getChildrenFromFields()) {
            append(child, nodes, buffers, decoded);
        }
    }

    private FieldVector decode(FieldVector vector) {
        Field field = vector.getField();
        if (field.getDictionary() != null) {
            return (FieldVector) DictionaryEncoder.decode(vector, dictionary(field), allocator);
        }
        ColumnDecoder decoder = decoders.apply(field);
        return decoder == null ? vector : decoder.decode(vector, allocator);
    }

    private Field plain(Field field, int level) {
        if (level > LEVELS_LIMIT) {
            throw QueryProblems.tooDeep(LEVELS_LIMIT);
        }
        List<Field> children = field.getChildren().stream()
                .map(child -> plain(child, level + 1))
                .toList();
        return new Field(field.getName(), plainType(field), children);
    }

    private FieldType plainType(Field field) {
        if (field.getDictionary() != null) {
            return new FieldType(field.isNullable(), dictionary(field).getVectorType(), null);
        }
        ColumnDecoder decoder = decoders.apply(field);
        return decoder == null ? field.getFieldType() : decoder.plainType(field);
    }

    private Dictionary dictionary(Field field) {
        long id = field.getDictionary().getId();
        Dictionary dictionary = dictionaries.lookup(id);
        if (dictionary == null) {
            throw new IllegalStateException(
                    "Column " + field.getName() + " names dictionary " + id + ", which is absent.");
        }
        return dictionary;
    }
}
