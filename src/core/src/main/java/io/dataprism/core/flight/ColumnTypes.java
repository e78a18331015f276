package io.dataprism.core.flight;

import io.dataprism.core.format.EngineTypes;
import io.dataprism.plugin.TableInfo;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.sql.FlightSqlColumnMetadata;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The names of columns' types: the server's own where it gives them, else those that DuckDB has for the same Arrow types. */
final class ColumnTypes {

    private static final int NAME_LIMIT = 255;

    private ColumnTypes() {}

    /**
     * @param announced with the server's metadata; where it fits the other, column by column
     * @param plain of the batches
     */
    static List<TableInfo.Column> of(Schema announced, Schema plain) {
        List<Field> told = announced.getFields();
        List<Field> fields = plain.getFields();
        List<TableInfo.Column> columns = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            String name = told.size() == fields.size() ? typeName(told.get(i)) : null;
            columns.add(new TableInfo.Column(field.getName(), name == null ? EngineTypes.name(field) : name));
        }
        return columns;
    }

    private static @Nullable String typeName(Field field) {
        if (field.getMetadata() == null) {
            return null;
        }
        String name = new FlightSqlColumnMetadata(field.getMetadata()).getTypeName();
        return name == null || name.isBlank() || name.length() > NAME_LIMIT ? null : name;
    }
}
