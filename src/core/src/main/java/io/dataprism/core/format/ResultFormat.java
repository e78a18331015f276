package io.dataprism.core.format;

import io.dataprism.plugin.TableInfo;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/** The formats of a result, the default one first. */
public enum ResultFormat {
    ARROW_STREAM("application/vnd.apache.arrow.stream"),
    NDJSON("application/x-ndjson"),
    CSV("text/csv"),
    JSON("application/json"),
    SERVER_SENT_EVENTS("text/event-stream"),
    /** Its batches hold the pieces of a file that the engine has written. */
    PARQUET("application/vnd.apache.parquet");

    private final String mediaType;

    ResultFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** The media type, without parameters. */
    public String mediaType() {
        return mediaType;
    }

    /**
     * A writer for one result.
     *
     * @param columns the columns with the engine's names of their types, as many as the schema has fields
     * @throws io.dataprism.core.error.DataPrismException {@code QUERY_INVALID} where a column has a name that is taken
     */
    public ResultWriter writer(Schema schema, List<TableInfo.Column> columns) {
        return writer(schema, columns, ArrowCompression.NONE);
    }

    /** The same, where an Arrow stream is to have compressed buffers. */
    public ResultWriter writer(Schema schema, List<TableInfo.Column> columns, ArrowCompression compression) {
        if (this == PARQUET) {
            return new PieceWriter();
        }
        List<String> names = ColumnNames.of(schema);
        List<String> types = columns.stream().map(TableInfo.Column::type).toList();
        return switch (this) {
            case ARROW_STREAM -> new ArrowStreamWriter(schema, names, compression);
            case NDJSON -> new NdjsonWriter(schema, names);
            case CSV -> new CsvWriter(schema, names);
            case JSON -> new JsonDocumentWriter(schema, names, types);
            case PARQUET -> throw new IllegalStateException("The pieces of a Parquet file have no columns.");
            case SERVER_SENT_EVENTS -> new ServerSentRowsWriter(schema, names, types);
        };
    }
}
