package io.dataprism.core.dataset;

import io.dataprism.core.dataset.TableEntry.Version;
import io.dataprism.core.dataset.gate.VersionReference;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the engine sees tables: the newest version of each as a view that every connection has, an older one as a view that a
 * query makes for itself and that goes with its connection. Blocks; safe on any thread.
 *
 * @param catalog what versions there are
 * @param blobs where their files are
 */
record TableViews(TableCatalog catalog, BlobStore blobs) {

    private static final Logger LOG = LoggerFactory.getLogger(TableViews.class);

    /** Shows the newest versions to an engine that has none of them; one that cannot be shown is logged and left out. */
    void showAll(DuckDbInstance duckDb) {
        for (TableEntry entry : catalog.all()) {
            try {
                duckDb.execute(create(entry));
            } catch (SQLException e) {
                LOG.error("Table {} cannot be opened: is a file missing in {}?", entry.name(), blobs.root(), e);
            }
        }
    }

    /** The statement that shows the newest version. */
    String create(TableEntry entry) {
        return "CREATE OR REPLACE VIEW " + SqlText.identifier(entry.name()) + " AS " + select(entry.newest());
    }

    /**
     * Shows versions to one connection. Their files stay as long as the query that it belongs to is open.
     *
     * @throws io.dataprism.core.error.DataPrismException {@code QUERY_INVALID} where one cannot be read
     */
    void show(DuckDBConnection connection, Set<VersionReference> versions) throws SQLException {
        for (VersionReference reference : versions) {
            TableEntry entry = catalog.get(reference.table());
            if (entry == null) {
                throw TableProblems.notFound(reference.table());
            }
            Version version = entry.version(reference.version());
            if (version == null) {
                throw TableProblems.noSuchVersion(entry, reference.version());
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        "CREATE TEMPORARY VIEW " + SqlText.identifier(reference.view()) + " AS " + select(version));
            }
        }
    }

    private String select(Version version) {
        List<Path> files =
                version.files().stream().map(blob -> blobs.path(blob.sha256())).toList();
        return "SELECT " + StoredTypes.toRead(version.columns()) + " FROM " + ParquetFiles.scan(files);
    }
}
