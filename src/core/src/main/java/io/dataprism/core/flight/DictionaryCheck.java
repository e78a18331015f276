package io.dataprism.core.flight;

import java.util.HashSet;
import java.util.Set;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.util.ValueVectorUtility;

/**
 * Checks in full what a reader has loaded, its dictionaries too: that each index is one of its dictionary, which Arrow's decoder
 * believes. One use, one thread. Throws whatever says best what is wrong.
 */
final class DictionaryCheck {

    private final DictionaryProvider dictionaries;
    private final Set<Long> checked = new HashSet<>();

    private DictionaryCheck(DictionaryProvider dictionaries) {
        this.dictionaries = dictionaries;
    }

    static void checkAll(VectorSchemaRoot loaded, DictionaryProvider dictionaries) {
        ValueVectorUtility.validateFull(loaded);
        DictionaryCheck check = new DictionaryCheck(dictionaries);
        loaded.getFieldVectors().forEach(check::check);
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
            ValueVectorUtility.validateFull(values);
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
