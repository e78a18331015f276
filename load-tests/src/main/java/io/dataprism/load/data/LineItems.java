package io.dataprism.load.data;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBConnection;

/** Lineitem of TPC-H: generated as text, kept as Parquet, checked against the figures that scale 1 must have. */
final class LineItems {

    private static final long ROWS = 6_001_215;
    private static final long QUANTITY = 153_078_795;

    private static final String COLUMNS = "{'l_orderkey': 'BIGINT', 'l_partkey': 'BIGINT', 'l_suppkey': 'BIGINT',"
            + " 'l_linenumber': 'INTEGER', 'l_quantity': 'DECIMAL(15,2)', 'l_extendedprice': 'DECIMAL(15,2)',"
            + " 'l_discount': 'DECIMAL(15,2)', 'l_tax': 'DECIMAL(15,2)', 'l_returnflag': 'VARCHAR',"
            + " 'l_linestatus': 'VARCHAR', 'l_shipdate': 'DATE', 'l_commitdate': 'DATE', 'l_receiptdate': 'DATE',"
            + " 'l_shipinstruct': 'VARCHAR', 'l_shipmode': 'VARCHAR', 'l_comment': 'VARCHAR', 'rest': 'VARCHAR'}";

    private LineItems() {}

    static void generate(Path parquet) throws IOException {
        Path text = parquet.resolveSibling("lineitem.tbl");
        Path part = parquet.resolveSibling("lineitem.part");
        try (BufferedWriter out = Files.newBufferedWriter(text)) {
            for (LineItem item : new LineItemGenerator(1, 1, 1)) {
                out.write(item.toLine());
                out.write('\n');
            }
        }
        convert(text, part);
        Files.delete(text);
        Files.move(part, parquet, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void convert(Path text, Path parquet) {
        try (DuckDBConnection connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("COPY (SELECT * EXCLUDE (rest) FROM read_csv('" + text
                    + "', delim = '|', header = false, quote = '', escape = '', null_padding = true, columns = "
                    + COLUMNS
                    + ")) TO '" + parquet + "' (FORMAT parquet)");
            try (ResultSet sums = statement.executeQuery(
                    "SELECT count(*), sum(l_quantity)::BIGINT FROM read_parquet('" + parquet + "')")) {
                sums.next();
                if (sums.getLong(1) != ROWS || sums.getLong(2) != QUANTITY) {
                    throw new SQLException("it has " + sums.getLong(1) + " rows with a quantity of " + sums.getLong(2)
                            + " in all, not " + ROWS + " with " + QUANTITY);
                }
            }
        } catch (SQLException e) {
            throw new DataPrismException(
                    ErrorCode.INTERNAL,
                    "Lineitem could not be generated: " + e.getMessage(),
                    "Check that the disk has 2 GB left.",
                    e);
        }
    }
}
