package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillFoldersTest {

    @TempDir
    Path data;

    @Test
    void whatAKilledProcessOverflowedToLaterIsSweptAndNothingElse() throws Exception {
        Path first = Files.createDirectories(SpillFolders.of(data, 0));
        Path third = Files.createDirectories(SpillFolders.of(data, 3));
        Files.writeString(third.resolve("duckdb_temp_storage-0.tmp"), "overflow");
        Path tables = Files.createDirectories(data.resolve("tables"));

        SpillFolders.sweep(data);

        assertThat(third).doesNotExist();
        assertThat(first).isDirectory();
        assertThat(tables).isDirectory();
        assertThat(third).isNotEqualTo(SpillFolders.of(data, 4));
    }
}
