package io.dataprism.core.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSizeTest {

    private static final long NOBODY = 999_999_999;

    @TempDir
    Path folder;

    @Test
    void filesCountAndWhatLinksPointToDoesNot() throws Exception {
        Files.write(Files.createDirectories(folder.resolve("a/b")).resolve("file"), new byte[1_000]);
        Files.createSymbolicLink(folder.resolve("link"), Path.of("/usr"));
        FolderSize size = FolderSize.of(folder, NOBODY, 100);
        assertThat(size.entries()).isEqualTo(5);
        assertThat(size.bytes()).isBetween(1_000L, 2_000L);
    }

    @Test
    void countingEndsBeyondTheMostEntries() throws Exception {
        for (int file = 0; file < 50; file++) {
            Files.createFile(folder.resolve("file" + file));
        }
        assertThat(FolderSize.of(folder, NOBODY, 10).entries()).isEqualTo(11);
    }

    @Test
    void aFileThatWasDeletedAndIsStillOpenCounts() throws Exception {
        Path file = folder.resolve("deleted");
        long pid = ProcessHandle.current().pid();
        try (OutputStream open = Files.newOutputStream(file)) {
            open.write(new byte[5_000]);
            Files.delete(file);
            assertThat(FolderSize.of(folder, pid, 100).bytes()).isEqualTo(5_000);
        }
        assertThat(FolderSize.of(folder, pid, 100).bytes()).isZero();
    }
}
