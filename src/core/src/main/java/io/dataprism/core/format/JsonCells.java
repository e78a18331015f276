package io.dataprism.core.format;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.complex.AbstractStructVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.extension.UuidType;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Values as JSON, by the value rules of the contract. Every writer here writes {@code null} for null. */
final class JsonCells {

    private static final byte[] KEY = "{\"key\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = ",\"value\":".getBytes(StandardCharsets.US_ASCII);

    private static final int UNION_IDS = 128;

    private JsonCells() {}

    /** The writer of a field. */
    static CellWriter of(Field field) {
        CellWriter value = ofValue(field);
        return (out, vector, row) -> {
            if (vector.isNull(row)) {
                out.ascii("null");
            } else {
                value.write(out, vector, row);
            }
        };
    }

    private static CellWriter ofValue(Field field) {
        ArrowType type = field.getType();
        if (StringText.isString(type)) {
            return LogicalType.of(field) == LogicalType.BIGNUM ? StringText::raw : JsonCells::string;
        }
        CellWriter scalar = ScalarText.of(type);
        if (scalar != null) {
            return scalar(type, scalar);
        }
        return switch (type) {
            case ArrowType.Null none -> (out, vector, row) -> out.ascii("null");
            case ArrowType.Map map -> map(field);
            case ArrowType.List list -> list(field);
            case ArrowType.LargeList list -> largeList(field);
            case ArrowType.FixedSizeList list -> list(field);
            case ArrowType.ListView list -> list(field);
            case ArrowType.LargeListView list -> largeListView(field);
            case ArrowType.Struct struct -> struct(field);
            case ArrowType.Union union -> union(field, union);
            case ArrowType.RunEndEncoded runs -> runs(field);
            case ArrowType.ExtensionType extension -> extension(extension);
            default -> throw new IllegalArgumentException("No JSON is known for columns such as " + field + ".");
        };
    }

    private static CellWriter scalar(ArrowType type, CellWriter scalar) {
        if (ScalarText.isBareInJson(type)) {
            return scalar;
        }
        if (type instanceof ArrowType.FloatingPoint) {
            return (out, vector, row) -> {
                if (isFinite(vector, row)) {
                    scalar.write(out, vector, row);
                } else {
                    quoted(scalar, out, vector, row);
                }
            };
        }
        return (out, vector, row) -> quoted(scalar, out, vector, row);
    }

    private static boolean isFinite(FieldVector vector, int row) {
        return switch (vector) {
            case Float8Vector doubles -> Double.isFinite(doubles.get(row));
            case Float4Vector floats -> Float.isFinite(floats.get(row));
            case Float2Vector halves -> Float.isFinite(halves.getValueAsFloat(row));
            default -> throw new IllegalStateException("A vector of " + vector.getField() + " is no floating point.");
        };
    }

    private static void quoted(CellWriter text, ByteSink out, FieldVector vector, int row) {
        out.add('"');
        text.write(out, vector, row);
        out.add('"');
    }

    private static void string(ByteSink out, FieldVector vector, int row) {
        out.add('"');
        int start = out.size();
        StringText.raw(out, vector, row);
        Quoting.escapeJson(out, start);
        out.add('"');
    }

    private static CellWriter list(Field field) {
        CellWriter element = of(field.getChildren().getFirst());
        return (out, vector, row) -> {
            BaseListVector list = (BaseListVector) vector;
            elements(out, element, vector, list.getElementStartIndex(row), list.getElementEndIndex(row));
        };
    }

    private static CellWriter largeList(Field field) {
        CellWriter element = of(field.getChildren().getFirst());
        return (out, vector, row) -> {
            LargeListVector list = (LargeListVector) vector;
            elements(
                    out,
                    element,
                    vector,
                    Math.toIntExact(list.getElementStartIndex(row)),
                    Math.toIntExact(list.getElementEndIndex(row)));
        };
    }

    private static CellWriter largeListView(Field field) {
        CellWriter element = of(field.getChildren().getFirst());
        return (out, vector, row) -> {
            LargeListViewVector list = (LargeListViewVector) vector;
            int start = Math.toIntExact(list.getOffsetBuffer().getLong(row * 8L));
            int size = Math.toIntExact(list.getSizeBuffer().getLong(row * 8L));
            elements(out, element, vector, start, start + size);
        };
    }

    private static void elements(ByteSink out, CellWriter element, FieldVector list, int start, int end) {
        FieldVector elements = list.getChildrenFromFields().getFirst();
        out.add('[');
        for (int i = start; i < end; i++) {
            if (i > start) {
                out.add(',');
            }
            element.write(out, elements, i);
        }
        out.add(']');
    }

    private static CellWriter map(Field field) {
        Field entry = field.getChildren().getFirst();
        CellWriter key = of(entry.getChildren().get(0));
        CellWriter value = of(entry.getChildren().get(1));
        return (out, vector, row) -> {
            BaseListVector map = (BaseListVector) vector;
            List<FieldVector> entries = map.getChildrenFromFields().getFirst().getChildrenFromFields();
            int start = map.getElementStartIndex(row);
            int end = map.getElementEndIndex(row);
            out.add('[');
            for (int i = start; i < end; i++) {
                if (i > start) {
                    out.add(',');
                }
                out.add(KEY);
                key.write(out, entries.get(0), i);
                out.add(VALUE);
                value.write(out, entries.get(1), i);
                out.add('}');
            }
            out.add(']');
        };
    }

    private static CellWriter struct(Field field) {
        List<Field> members = field.getChildren();
        byte[][] names =
                JsonParts.memberPrefixes(members.stream().map(Field::getName).toList());
        CellWriter[] values = members.stream().map(JsonCells::of).toArray(CellWriter[]::new);
        return (out, vector, row) -> {
            AbstractStructVector struct = (AbstractStructVector) vector;
            out.add('{');
            for (int i = 0; i < values.length; i++) {
                out.add(names[i]);
                values[i].write(out, (FieldVector) struct.getChildByOrdinal(i), row);
            }
            out.add('}');
        };
    }

    /** The member that is set, bare. Arrow's own vector finds members by their type, of which two may have the same. */
    private static CellWriter union(Field field, ArrowType.Union type) {
        CellWriter[] members = field.getChildren().stream().map(JsonCells::of).toArray(CellWriter[]::new);
        int[] ids = type.getTypeIds();
        int[] ordinals = new int[UNION_IDS];
        for (int i = 0; i < members.length; i++) {
            ordinals[ids == null ? i : ids[i]] = i;
        }
        return (out, vector, row) -> {
            if (vector instanceof DenseUnionVector dense) {
                FieldVector member = (FieldVector) dense.getVectorByType(dense.getTypeId(row));
                members[ordinals[dense.getTypeId(row)]].write(out, member, dense.getOffset(row));
            } else {
                int ordinal = ordinals[((UnionVector) vector).getTypeBuffer().getByte(row)];
                members[ordinal].write(out, vector.getChildrenFromFields().get(ordinal), row);
            }
        };
    }

    private static CellWriter runs(Field field) {
        CellWriter value = of(field.getChildren().get(1));
        return (out, vector, row) -> {
            RunEndEncodedVector runs = (RunEndEncodedVector) vector;
            value.write(out, runs.getValuesVector(), runs.getPhysicalIndex(row));
        };
    }

    private static CellWriter extension(ArrowType.ExtensionType type) {
        if (type instanceof UuidType) {
            CellWriter text = (out, vector, row) -> ScalarText.uuid(out, (FixedSizeBinaryVector) vector, row);
            return (out, vector, row) ->
                    quoted(text, out, (FieldVector) ((ExtensionTypeVector<?>) vector).getUnderlyingVector(), row);
        }
        CellWriter stored = of(Field.nullable("stored", type.storageType()));
        return (out, vector, row) ->
                stored.write(out, (FieldVector) ((ExtensionTypeVector<?>) vector).getUnderlyingVector(), row);
    }
}
