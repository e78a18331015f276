package io.dataprism.core.dataset;

import io.dataprism.core.format.VectorCheck;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.Utf8Check;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;

/** What an Arrow batch of a client's making must be, before native code follows its offsets. */
final class ArrowCheck {

    private static final int LIST_VALUES_LIMIT = 4_096;

    private ArrowCheck() {}

    /** Refuses types that are nested in more than so many others. */
    static void requireShallow(List<Field> fields, int levels) throws IOException {
        for (Field field : fields) {
            if (levels == 0 && !field.getChildren().isEmpty()) {
                throw new IOException("column '" + field.getName() + "' is nested more than " + StoredTypes.DEPTH_LIMIT
                        + " levels deep, which is the limit");
            }
            requireShallow(field.getChildren(), Math.max(0, levels - 1));
        }
        requireShortLists(fields, 1);
    }

    /** DuckDB takes memory for whole vectors of lists of one length before it has seen a row. */
    private static void requireShortLists(List<Field> fields, long around) throws IOException {
        for (Field field : fields) {
            long values = around;
            if (field.getType() instanceof ArrowType.FixedSizeList lists) {
                int size = lists.getListSize();
                values = around * size;
                if (size < 1 || values > LIST_VALUES_LIMIT) {
                    throw new IOException("column '" + field.getName() + "' has lists of " + size
                            + " values each, and 1 to " + LIST_VALUES_LIMIT + " are legal, all levels multiplied");
                }
            }
            requireShortLists(field.getChildren(), values);
        }
    }

    /** Refuses offsets and lengths that point outside of their buffers, and indexes outside of their dictionaries. */
    static void validate(VectorSchemaRoot root, Map<Long, Dictionary> dictionaries) throws IOException {
        VectorCheck.requireValid(root);
        for (Dictionary dictionary : dictionaries.values()) {
            VectorCheck.requireValid(dictionary.getVector());
            requireTexts(dictionary.getVector());
        }
        for (FieldVector vector : root.getFieldVectors()) {
            requireTexts(vector);
            requireIndexes(vector, dictionaries);
        }
    }

    /** The engine writes texts as they are, and refuses to read those that are not UTF-8. */
    private static void requireTexts(FieldVector vector) throws IOException {
        try {
            if (vector.getValueCount() > 0 && vector instanceof VarCharVector texts) {
                Utf8Check.check(texts.getOffsetBuffer(), texts.getValueCount(), Integer.BYTES, texts.getDataBuffer());
            } else if (vector.getValueCount() > 0 && vector instanceof LargeVarCharVector texts) {
                Utf8Check.check(texts.getOffsetBuffer(), texts.getValueCount(), Long.BYTES, texts.getDataBuffer());
            }
        } catch (ProtocolException notText) {
            throw new IOException("column '" + vector.getName() + "' has texts that are not UTF-8", notText);
        }
        for (FieldVector child : vector.getChildrenFromFields()) {
            requireTexts(child);
        }
    }

    private static void requireIndexes(FieldVector vector, Map<Long, Dictionary> dictionaries) throws IOException {
        DictionaryEncoding encoding = vector.getField().getDictionary();
        if (encoding != null) {
            Dictionary dictionary = dictionaries.get(encoding.getId());
            if (dictionary == null || !(vector instanceof BaseIntVector indexes)) {
                throw new IOException("column '" + vector.getName() + "' names dictionary " + encoding.getId()
                        + ", and there is none");
            }
            requireWithin(indexes, dictionary.getVector().getValueCount());
        }
        for (FieldVector child : vector.getChildrenFromFields()) {
            requireIndexes(child, dictionaries);
        }
    }

    private static void requireWithin(BaseIntVector indexes, int count) throws IOException {
        for (int i = 0; i < indexes.getValueCount(); i++) {
            if (!indexes.isNull(i) && (indexes.getValueAsLong(i) < 0 || indexes.getValueAsLong(i) >= count)) {
                throw new IOException("row " + (i + 1) + " of a batch, column '"
                        + indexes.getField().getName()
                        + "': the index " + indexes.getValueAsLong(i) + " is outside of its dictionary, which has "
                        + count + " values");
            }
        }
    }
}
