package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginFoldersTest {

    @TempDir
    Path data;

    @Test
    void aFolderGoesWithAllThatIsInItAndNothingElse() throws Exception {
        PluginFolders folders = new PluginFolders(data);
        Path other = Files.writeString(folders.open("other").resolve("kept.txt"), "kept");
        Path folder = folders.open("gone");
        Files.writeString(Files.createDirectories(folder.resolve("a/b")).resolve("note.txt"), "x");
        Files.createSymbolicLink(folder.resolve("a/out"), other.getParent());

        folders.delete("gone");
        folders.delete("never-there");

        assertThat(folder).doesNotExist();
        assertThat(other).hasContent("kept");
    }

    @Test
    void aFolderThatWasDugDeepAndClosedGoesToo() throws Exception {
        PluginFolders folders = new PluginFolders(data);
        Path other = Files.writeString(folders.open("other").resolve("kept.txt"), "kept");
        Path folder = folders.open("gone");
        Path top = folder.resolve("top");
        Files.createDirectories(top);
        for (int step = 0; step < 40; step++) {
            Path above = Files.createDirectories(folder.resolve("new" + step).resolve("d".repeat(200)));
            Files.createSymbolicLink(above.resolve("out"), other.getParent());
            Files.writeString(above.resolve("file"), "x");
            Files.move(top, above.resolve("removed-" + step));
            top = above.getParent();
        }
        Files.createDirectories(folder.resolve("removed-0"));
        Path closed = Files.createDirectories(folder.resolve("closed/within")).getParent();
        Files.setPosixFilePermissions(closed.resolve("within"), PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("-wx------"));

        folders.delete("gone");

        assertThat(folder).doesNotExist();
        assertThat(other).hasContent("kept");
    }
}
