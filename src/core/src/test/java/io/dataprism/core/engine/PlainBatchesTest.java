package io.dataprism.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class PlainBatchesTest {

    private static Schema nested(int levels) {
        Field field = Field.nullable("x", new ArrowType.Int(32, true));
        for (int level = 1; level < levels; level++) {
            field = new Field("x", FieldType.nullable(ArrowType.List.INSTANCE), List.of(field));
        }
        return new Schema(List.of(field));
    }

    private static PlainBatches of(Schema schema, BufferAllocator allocator) {
        return new PlainBatches(schema, new DictionaryProvider.MapDictionaryProvider(), allocator);
    }

    @Test
    void columnsAreSoDeepInOneAnotherAndNoDeeper() {
        try (BufferAllocator allocator = new RootAllocator()) {
            Schema deepest = nested(PlainBatches.LEVELS_LIMIT);
            assertThat(of(deepest, allocator).schema()).isEqualTo(deepest);
            for (int levels : List.of(PlainBatches.LEVELS_LIMIT + 1, 5_000)) {
                assertThatThrownBy(() -> of(nested(levels), allocator))
                        .isInstanceOfSatisfying(
                                DataPrismException.class,
                                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.QUERY_NOT_ALLOWED));
            }
        }
    }
}
