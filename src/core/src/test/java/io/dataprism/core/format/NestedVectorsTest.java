package io.dataprism.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.UuidVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.extension.UuidType;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** Columns whose values are in other vectors, at places that are not the row's. */
class NestedVectorsTest {

    private static final Field INTEGER = Field.nullable("i", new ArrowType.Int(32, true));
    private static final Field TEXT = Field.nullable("t", ArrowType.Utf8.INSTANCE);

    @FunctionalInterface
    private interface Filling<V extends FieldVector> {
        void fill(V vector);
    }

    private static Field field(ArrowType type, Field... children) {
        return new Field("v", FieldType.nullable(type), List.of(children));
    }

    @SuppressWarnings("unchecked")
    private static <V extends FieldVector> List<String> written(Field field, int rows, Filling<V> filling) {
        try (BufferAllocator allocator = Results.allocator()) {
            VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator);
            try (root) {
                root.allocateNew();
                filling.fill((V) root.getVector(0));
                root.setRowCount(rows);
                return Results.json(root).lines().toList();
            }
        }
    }

    @Test
    void aSparseUnionShowsTheMemberThatIsSetInEachRow() {
        Field union = field(new ArrowType.Union(UnionMode.Sparse, new int[] {3, 5}), INTEGER, TEXT);

        List<String> rows = written(union, 3, (UnionVector vector) -> {
            ((IntVector) vector.getChildrenFromFields().get(0)).setSafe(0, 7);
            ((VarCharVector) vector.getChildrenFromFields().get(1)).setSafe(1, "a\"b".getBytes());
            vector.getChildrenFromFields().forEach(member -> member.setValueCount(3));
            vector.getTypeBuffer().setByte(0, 3);
            vector.getTypeBuffer().setByte(1, 5);
            vector.getTypeBuffer().setByte(2, 3);
        });

        assertThat(rows).containsExactly("{\"v\":7}", "{\"v\":\"a\\\"b\"}", "{\"v\":null}");
        assertThat(EngineTypes.name(union)).isEqualTo("UNION(i INTEGER, t VARCHAR)");
    }

    @Test
    void aDenseUnionShowsTheMembersAtTheirOffsets() {
        Field union = field(new ArrowType.Union(UnionMode.Dense, new int[] {0, 1}), INTEGER, TEXT);

        List<String> rows = written(union, 3, (DenseUnionVector vector) -> {
            IntVector numbers = (IntVector) vector.getVectorByType((byte) 0);
            numbers.setSafe(0, 1);
            numbers.setSafe(1, 2);
            numbers.setValueCount(2);
            VarCharVector texts = (VarCharVector) vector.getVectorByType((byte) 1);
            texts.setSafe(0, "x".getBytes());
            texts.setValueCount(1);
            place(vector, 0, 0, 1);
            place(vector, 1, 1, 0);
            place(vector, 2, 0, 0);
            vector.setValueCount(3);
        });

        assertThat(rows).containsExactly("{\"v\":2}", "{\"v\":\"x\"}", "{\"v\":1}");
    }

    private static void place(DenseUnionVector vector, int row, int type, int offset) {
        vector.setTypeId(row, (byte) type);
        vector.setOffset(row, offset);
    }

    @Test
    void aRunIsWrittenOnceForEachOfItsRows() {
        Field ends = new Field("ends", FieldType.notNullable(new ArrowType.Int(32, true)), List.of());
        Field runs = field(new ArrowType.RunEndEncoded(), ends, INTEGER);

        List<String> rows = written(runs, 3, (RunEndEncodedVector vector) -> {
            IntVector lasts = (IntVector) vector.getRunEndsVector();
            lasts.setSafe(0, 2);
            lasts.setSafe(1, 3);
            lasts.setValueCount(2);
            IntVector values = (IntVector) vector.getValuesVector();
            values.setSafe(0, 9);
            values.setNull(1);
            values.setValueCount(2);
            vector.setValueCount(3);
        });

        assertThat(rows).containsExactly("{\"v\":9}", "{\"v\":9}", "{\"v\":null}");
        assertThat(EngineTypes.name(runs)).isEqualTo("INTEGER");
    }

    @Test
    void aListViewMayShareElementsAndHaveThemInAnyOrder() {
        Field views = field(ArrowType.LargeListView.INSTANCE, Field.nullable("e", new ArrowType.Int(64, true)));

        List<String> rows = written(views, 2, (LargeListViewVector vector) -> {
            BigIntVector elements = (BigIntVector) vector.getDataVector();
            for (int i = 0; i < 3; i++) {
                elements.setSafe(i, i);
            }
            elements.setValueCount(3);
            view(vector, 0, 1, 2);
            view(vector, 1, 0, 2);
        });

        assertThat(rows).containsExactly("{\"v\":[1,2]}", "{\"v\":[0,1]}");
        assertThat(EngineTypes.name(views)).isEqualTo("BIGINT[]");
    }

    private static void view(LargeListViewVector vector, int row, int start, int size) {
        vector.setOffset(row, start);
        vector.setSize(row, size);
        vector.setValidity(row, 1);
    }

    @Test
    void aUuidIsWrittenWithItsDashesAndAColumnOfNothingAsNull() {
        UUID id = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        Field uuid = field(UuidType.INSTANCE);
        assertThat(written(uuid, 1, (UuidVector vector) -> vector.setSafe(0, id)))
                .containsExactly("{\"v\":\"" + id + "\"}");
        assertThat(EngineTypes.name(uuid)).isEqualTo("UUID");

        Field nothing = field(ArrowType.Null.INSTANCE);
        assertThat(written(nothing, 1, (NullVector vector) -> vector.setValueCount(1)))
                .containsExactly("{\"v\":null}");
        assertThat(EngineTypes.name(nothing)).isEqualTo("\"NULL\"");
    }
}
