package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
}
