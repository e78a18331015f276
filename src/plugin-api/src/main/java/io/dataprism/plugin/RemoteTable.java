package io.dataprism.plugin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table on the other side.
 *
 * @param name as {@link IntegrationPlugin#read} takes it, with its schema where there are several: {@code public.flights}
 * @param rows how many there are about; null where that is not known
 * @param writable whether {@link IntegrationPlugin#write} takes it
 */
public record RemoteTable(
        String name, List<Column> columns, @Nullable Long rows, boolean writable) {

    public RemoteTable {
        columns = List.copyOf(columns);
    }

    /** The table as JSON values: {@code {name, columns: [{name, type, nullable}], rows, writable}}. */
    public Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("columns", columns.stream().map(Column::toJson).toList());
        json.put("rows", rows);
        json.put("writable", writable);
        return json;
    }

    /**
     * A column.
     *
     * @param type the other side's name of the type
     */
    public record Column(String name, String type, boolean nullable) {

        Map<String, @Nullable Object> toJson() {
            return Map.of("name", name, "type", type, "nullable", nullable);
        }
    }
}
