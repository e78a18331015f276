package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    Path folder;

    @Test
    void aFolderIsMadeForItsOwnerAloneAndBelongsToOneNodeAtATime() throws Exception {
        Path path = folder.resolve("new").resolve("data");
        try (DataDirectory first = DataDirectory.open(path)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first.path())))
                    .isEqualTo("rwx------");
            assertThatThrownBy(() -> DataDirectory.open(path))
                    .isInstanceOf(NodeStartException.class)
                    .hasMessageContaining("another node")
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("--data-dir");
        }
        DataDirectory.open(path).close();
    }

    @Test
    void whatACrashLeftInAFolderOfPassingFilesIsDeleted() throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("uploads")).resolve("half"), "a body");
        try (DataDirectory data = DataDirectory.open(folder)) {
            assertThat(data.emptiedFolder("uploads")).isEmptyDirectory();
            assertThat(data.emptiedFolder("never-there")).isEmptyDirectory();
        }
    }

    @Test
    void aFolderThatCannotBeMadeOrEmptiedSaysWhichAndWhatToDo() throws Exception {
        Files.createDirectories(folder.resolve("uploads").resolve("no file").resolve("of ours"));
        Files.writeString(folder.resolve("tables"), "a file where a folder should be");
        try (DataDirectory data = DataDirectory.open(folder)) {
            assertThatThrownBy(() -> data.emptiedFolder("uploads"))
                    .isInstanceOf(NodeStartException.class)
                    .hasMessageContaining(folder.resolve("uploads").toString())
                    .hasMessageContaining("--data-dir");
            assertThatThrownBy(() -> data.folder("tables"))
                    .isInstanceOf(NodeStartException.class)
                    .hasMessageContaining(folder.resolve("tables").toString());
            assertThatThrownBy(() -> DataDirectory.open(folder.resolve("tables")))
                    .isInstanceOf(NodeStartException.class)
                    .hasMessageContaining("cannot write to the data folder");
        }
    }
}
