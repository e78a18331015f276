package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalog's files where a change must be undone. */
class TableCatalogTest {

    private static final List<TableInfo.Column> COLUMNS = List.of(new TableInfo.Column("a", "BIGINT"));
    private static final Blob FIRST = new Blob("1".repeat(64), 1);
    private static final Blob SECOND = new Blob("2".repeat(64), 2);

    @TempDir
    Path folder;

    private final TableEntry before = TableEntry.first("t", COLUMNS, List.of(FIRST), 1, 0);
    private final TableEntry after = before.next(COLUMNS, List.of(SECOND), 2);

    @Test
    void whatWasPutBackIsInNoDoubt() throws IOException {
        TableCatalog catalog = changed();

        catalog.putBack("t", before, after);

        assertThat(catalog.get("t")).isEqualTo(before);
        assertThat(catalog.doubtfulDigests()).isEmpty();
        assertThat(TableCatalog.open(folder).get("t")).isEqualTo(before);
    }

    @Test
    void theBlobsOfAChangeThatCouldNotBeUndoneOnDiskAreDoubtfulAndItsFileStillNamesThem() throws IOException {
        TableCatalog catalog = changed();
        Path inTheWay = Files.createDirectory(folder.resolve("t.draft"));

        catalog.putBack("t", before, after);

        assertThat(catalog.get("t")).isEqualTo(before);
        assertThat(catalog.doubtfulDigests()).contains(SECOND.sha256());
        Files.delete(inTheWay);
        assertThat(TableCatalog.open(folder).get("t")).isEqualTo(after);
    }

    private TableCatalog changed() throws IOException {
        TableCatalog catalog = TableCatalog.open(folder);
        catalog.put(before);
        catalog.put(after);
        return catalog;
    }
}
