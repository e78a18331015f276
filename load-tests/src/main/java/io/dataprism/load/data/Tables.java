package io.dataprism.load.data;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Finds the tables, and makes the one that is generated. Blocks. */
public final class Tables {

    private static final String FLIGHTS = "shared/data/flights-3m.parquet";

    private Tables() {}

    /**
     * The flights.
     *
     * @param given another Parquet file to take; null: the shared one, looked for in {@code shared/data} beside the project and above it
     */
    public static Table flights(Path root, @Nullable Path given) {
        Path file = given == null ? find(root) : given;
        if (!Files.isReadable(file)) {
            throw new DataPrismException(
                    ErrorCode.NOT_FOUND,
                    "The bench cannot read " + file + ".",
                    "Give a Parquet file with --data FILE.");
        }
        return new Table("flights", file, count(file));
    }

    private static Path find(Path root) {
        for (Path folder = root; folder != null; folder = folder.getParent()) {
            Path file = folder.resolve(FLIGHTS);
            if (Files.isReadable(file)) {
                return file;
            }
        }
        throw new DataPrismException(
                ErrorCode.NOT_FOUND,
                "The bench found no " + FLIGHTS + " beside " + root + " or above it.",
                "Put it there, or give a Parquet file with --data FILE.");
    }

    /** Lineitem of TPC-H at scale 1, generated where it is not there yet. */
    public static Table lineitem(Path root) throws IOException {
        Path file = root.resolve("load-tests/target/data/lineitem-1.parquet");
        if (!Files.exists(file)) {
            System.err.println("generating lineitem at scale 1 (once, about a minute) ...");
            Files.createDirectories(file.getParent());
            LineItems.generate(file);
        }
        return new Table("lineitem", file, count(file));
    }

    private static long count(Path parquet) {
        String sql = "SELECT count(*) FROM read_parquet('" + parquet.toString().replace("'", "''") + "')";
        try (DuckDBConnection connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new DataPrismException(
                    ErrorCode.DATA_INVALID,
                    "The bench cannot read " + parquet + " as Parquet: " + e.getMessage(),
                    "Give a Parquet file with --data FILE, or delete the generated one.",
                    e);
        }
    }
}
