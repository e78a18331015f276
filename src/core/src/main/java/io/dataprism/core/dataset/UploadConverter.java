package io.dataprism.core.dataset;

import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Turns an upload into a Parquet file of our own writing, which proves that all of it can be read. Blocks. */
final class UploadConverter {

    private final LiveDuckDb duckDb;
    private final BufferAllocator allocator;

    UploadConverter(LiveDuckDb duckDb, BufferAllocator allocator) {
        this.duckDb = duckDb;
        this.allocator = allocator;
    }

    /** What was written. */
    record Converted(List<TableInfo.Column> columns, long rows) {}

    /**
     * Converts {@code upload} into the new file {@code parquet}.
     *
     * @param appendTo the table whose columns the upload must have; null: any
     * @throws DataPrismException {@code DATA_INVALID}
     */
    Converted convert(LoadRequest.Format format, Path upload, Path parquet, @Nullable TableEntry appendTo) {
        try (DuckDBConnection connection = duckDb.duplicate()) {
            UploadCheck.check(format, upload);
            if (format == LoadRequest.Format.ARROW_STREAM || format == LoadRequest.Format.ARROW_FILE) {
                try (ArrowView registered = ArrowView.register(connection, allocator, format, upload)) {
                    return convert(connection, format, upload, parquet, appendTo);
                }
            }
            return convert(connection, format, upload, parquet, appendTo);
        } catch (DataPrismException known) {
            throw known;
        } catch (StackOverflowError deep) {
            throw DataProblems.tooDeep(format);
        } catch (SQLException | IOException | RuntimeException e) {
            if (duckDb.heal(e)) {
                throw DuckDbFailures.of(null, e);
            }
            throw DataProblems.of(
                    format, upload, appendTo == null ? List.of() : appendTo.columns(), duckDb, allocator, e);
        }
    }

    /** Puts the rows of these files before those of {@code parquet}, which becomes one file with all of them. */
    void joinBefore(List<Path> files, Path parquet) throws IOException, SQLException {
        List<Path> all = new ArrayList<>(files);
        all.add(parquet);
        Path joined = parquet.resolveSibling(parquet.getFileName() + ".joined");
        try (DuckDBConnection connection = duckDb.duplicate()) {
            ParquetFiles.write(connection, "SELECT * FROM " + ParquetFiles.scan(all), joined);
            Files.move(joined, parquet, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(joined);
        }
    }

    private static Converted convert(
            DuckDBConnection connection,
            LoadRequest.Format format,
            Path upload,
            Path parquet,
            @Nullable TableEntry appendTo)
            throws SQLException {
        String scan = UploadScan.of(format, upload);
        boolean typed = UploadScan.isTyped(format);
        if (appendTo == null && !typed) {
            // the types are guessed from the whole file: that is not done twice
            long rows = ParquetFiles.write(connection, "SELECT * FROM " + scan, parquet);
            List<TableInfo.Column> written = ParquetFiles.describe(connection, ParquetFiles.scan(List.of(parquet)));
            StoredTypes.requireStorable(written);
            return format == LoadRequest.Format.CSV
                    ? widened(connection, upload, parquet, new Converted(written, rows))
                    : new Converted(written, rows);
        }
        List<TableInfo.Column> found = ParquetFiles.describe(connection, scan);
        if (appendTo == null) {
            StoredTypes.requireStorable(found);
            return store(connection, found, "SELECT * FROM " + scan, parquet);
        }
        requireSame(appendTo, found, typed);
        return store(connection, appendTo.columns(), UploadScan.as(format, upload, appendTo.columns()), parquet);
    }

    /** Reads the file once more where the types that were guessed lose digits. */
    private static Converted widened(DuckDBConnection connection, Path upload, Path parquet, Converted guessed)
            throws SQLException {
        List<TableInfo.Column> columns = WideIntegers.of(connection, upload, parquet, guessed.columns());
        return columns.equals(guessed.columns())
                ? guessed
                : store(connection, columns, UploadScan.as(LoadRequest.Format.CSV, upload, columns), parquet);
    }

    private static Converted store(
            DuckDBConnection connection, List<TableInfo.Column> columns, String query, Path parquet)
            throws SQLException {
        String stored = "SELECT " + StoredTypes.toStore(columns) + " FROM (" + query + ")";
        return new Converted(columns, ParquetFiles.write(connection, stored, parquet));
    }

    /** The same names in the same order; the same types too, where the upload says which it has. */
    private static void requireSame(TableEntry table, List<TableInfo.Column> found, boolean typed) {
        List<TableInfo.Column> expected = table.columns();
        boolean same = found.size() == expected.size();
        for (int i = 0; same && i < found.size(); i++) {
            TableInfo.Column own = expected.get(i);
            same = found.get(i).name().equals(own.name())
                    && (!typed || found.get(i).type().equals(own.type()) || StoredTypes.isRestored(own.type()));
        }
        if (!same) {
            throw TableProblems.otherSchema(table, found, typed);
        }
    }
}
