package io.dataprism.core.dataset;

import io.dataprism.core.dataset.TableEntry.Version;
import io.dataprism.core.dataset.gate.VersionReference;
import io.dataprism.core.error.DataPrismException;
import java.nio.file.Files;
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
 * @param unshown which tables are not as they should be
 */
record TableViews(TableCatalog catalog, BlobStore blobs, UnshownTables unshown) {

    private static final Logger LOG = LoggerFactory.getLogger(TableViews.class);

    /** Shows the newest versions to an engine that has none of them; one that cannot be shown is logged and left out. */
    void showAll(DuckDbInstance duckDb) {
        for (TableEntry entry : catalog.all()) {
            try {
                duckDb.execute(create(entry));
            } catch (SQLException e) {
                unshown.unopened(entry.name());
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
            requireHere(entry.name(), version);
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        "CREATE TEMPORARY VIEW " + SqlText.identifier(reference.view()) + " AS " + select(version));
            }
        }
    }

    /**
     * Whether queries see a table of that name.
     *
     * @throws io.dataprism.core.error.DataPrismException where there is one, and they do not see it because its files are elsewhere
     */
    boolean isTable(String name) {
        boolean present = catalog.get(name) != null;
        DataPrismException problem = present && !unshown.isUnopened(name) ? null : unshown.problem(name);
        if (problem != null) {
            throw problem;
        }
        return present;
    }

    /** Old versions come last to a node that has joined. */
    private void requireHere(String table, Version version) {
        if (unshown.isShared()) {
            for (Blob file : version.files()) {
                if (!Files.exists(blobs.path(file.sha256()))) {
                    throw TableProblems.fileElsewhere(table, version.version(), file);
                }
            }
        }
    }

    private String select(Version version) {
        List<Path> files =
                version.files().stream().map(blob -> blobs.path(blob.sha256())).toList();
        return "SELECT " + StoredTypes.toRead(version.columns()) + " FROM " + ParquetFiles.scan(files);
    }
}
