package io.dataprism.core.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
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

    @Test
    void aFileThatWasDeletedAndClosedAndIsStillMappedCountsOnce() throws Exception {
        Path file = Files.write(folder.resolve("mapped"), new byte[20_000]);
        long pid = ProcessHandle.current().pid();
        try (Arena arena = Arena.ofShared()) {
            try (FileChannel channel = FileChannel.open(file)) {
                channel.map(FileChannel.MapMode.READ_ONLY, 0, 20_000, arena);
                channel.map(FileChannel.MapMode.READ_ONLY, 0, 20_000, arena);
            }
            assertThat(FolderSize.of(folder, pid, 100).bytes()).isLessThan(25_000);
            Files.delete(file);
            assertThat(FolderSize.of(folder, pid, 100).bytes()).isBetween(20_000L, 25_000L);
        }
        assertThat(FolderSize.of(folder, pid, 100).bytes()).isZero();
    }

    @Test
    void aFolderThatIsTooDeepToBeLookedIntoIsNamed() throws Exception {
        String name = "d".repeat(200);
        Path top = folder;
        for (int step = 0; step < 30; step++) {
            Path deeper = Files.createDirectories(folder.resolve("new" + step).resolve(name))
                    .getParent();
            if (step > 0) {
                Files.move(top, deeper.resolve(name).resolve("below"));
            }
            top = deeper;
        }
        FolderSize size = FolderSize.of(folder, NOBODY, 1_000);
        assertThat(size.closed()).startsWith(folder.toString()).endsWith("...");
        assertThat(size.entries()).isLessThan(62);
        flatten(top);
    }

    /** So that it can be deleted: what is deep comes up. */
    private void flatten(Path top) throws Exception {
        Path inner = top.resolve("d".repeat(200)).resolve("below");
        for (int step = 0; Files.exists(inner); step++) {
            Path up = Files.move(inner, folder.resolve("up" + step));
            inner = up.resolve("d".repeat(200)).resolve("below");
        }
    }
}
