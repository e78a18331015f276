package io.dataprism.plugins.csvfolder;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.PluginException;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.SynchronousSink;

/** The second reading of a file: its rows as batches, one for each that is asked for. Used by one thread at a time; blocks. */
final class CsvBatches {

    private static final int BATCH_ROWS = 8_192;
    private static final long BATCH_CHARACTERS = 1 << 20;

    private final CsvSource source;
    private final CsvScan scan;
    private final BufferAllocator allocator;
    private final Runnable whenRead;
    private final CsvSource.Pass pass;
    private boolean anySent;
    private final boolean none;
    private boolean ended;

    /**
     * @param whenRead called once all rows are read and the file was found to be the same
     * @param none whether the columns alone are wanted
     */
    CsvBatches(CsvSource source, CsvScan scan, BufferAllocator allocator, Runnable whenRead, boolean none)
            throws IOException {
        this.source = source;
        this.scan = scan;
        this.allocator = allocator;
        this.whenRead = whenRead;
        this.none = none;
        this.pass = source.pass();
        if (!pass.parser().header().equals(scan.names())) {
            throw changed();
        }
    }

    void next(SynchronousSink<Batch> sink) {
        try {
            Batch batch = ended ? null : read();
            if (batch == null) {
                sink.complete();
            } else {
                sink.next(batch);
            }
        } catch (IOException failure) {
            sink.error(Folder.failed("read", source.file().name(), failure));
        } catch (RuntimeException failure) {
            sink.error(failure);
        }
    }

    void close() {
        try {
            source.close();
        } catch (IOException failure) {
            throw Folder.failed("close", source.file().name(), failure);
        }
    }

    /** Null: there is nothing more, and an empty file has said what its columns are. */
    private @Nullable Batch read() throws IOException {
        VectorSchemaRoot root = empty(scan, allocator);
        boolean whole = false;
        try {
            int rows = fill(root);
            if (rows == 0 || ended) {
                ended = true;
                checkSame();
                whenRead.run();
            }
            whole = rows > 0 || !anySent;
            root.setRowCount(rows);
        } finally {
            if (!whole) {
                root.close();
            }
        }
        anySent = true;
        return whole ? new Batch(root) : null;
    }

    private int fill(VectorSchemaRoot root) throws IOException {
        int rows = 0;
        long characters = 0;
        ended = none;
        while (!ended && rows < BATCH_ROWS && characters < BATCH_CHARACTERS) {
            List<@Nullable String> row = pass.parser().next();
            if (row == null) {
                ended = true;
                break;
            }
            for (int column = 0; column < row.size(); column++) {
                characters += Long.BYTES + set(root.getVector(column), rows, row.get(column), column);
            }
            rows++;
        }
        return rows;
    }

    private int set(FieldVector to, int row, @Nullable String value, int column) {
        if (value == null) {
            to.setNull(row);
            return 0;
        }
        if (!scan.types().get(column).set(to, row, value)) {
            throw changed();
        }
        return value.length();
    }

    /** Before the last batch goes out: whoever has all of them has the file as it was. */
    private void checkSame() throws IOException {
        if (!pass.digest().equals(scan.digest())) {
            throw changed();
        }
    }

    private PluginException changed() {
        return new PluginException(
                "REQUEST_INVALID",
                "The file '" + source.file()
                        + "' was changed while it was read: read it again when it is whole. Who writes a file"
                        + " beside it and renames it disturbs nobody.");
    }

    /** Columns without rows. */
    static VectorSchemaRoot empty(CsvScan scan, BufferAllocator allocator) {
        FieldVector[] columns = new FieldVector[scan.names().size()];
        for (int index = 0; index < columns.length; index++) {
            columns[index] = new Field(
                            scan.names().get(index),
                            FieldType.nullable(scan.types().get(index).arrow()),
                            null)
                    .createVector(allocator);
        }
        return VectorSchemaRoot.of(columns);
    }
}
