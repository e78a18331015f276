package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void aNodeKeepsItsIdAndTheNodeOfACopyHasAnother() throws Exception {
        Path own = folder.resolve("own");
        String id = idOf(own);
        assertThat(UUID.fromString(id)).hasToString(id);
        assertThat(idOf(own)).isEqualTo(id);

        Path copy = Files.createDirectories(folder.resolve("copy"));
        for (String each : List.of("node.lock", "node.id")) {
            Files.copy(own.resolve(each), copy.resolve(each));
        }
        String copied = idOf(copy);
        assertThat(copied).isNotEqualTo(id);
        assertThat(idOf(copy)).isEqualTo(copied);
        assertThat(idOf(own)).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no JSON", "[]", "{\"format\":2,\"id\":\"x\"}", "{\"format\":1,\"id\":7}"})
    void anIdThatIsDamagedIsReplacedByOneThatIsKept(String damaged) throws Exception {
        idOf(folder);
        Files.writeString(folder.resolve("node.id"), damaged);
        String id = idOf(folder);
        assertThat(UUID.fromString(id)).hasToString(id);
        assertThat(idOf(folder)).isEqualTo(id);
    }

    private static String idOf(Path path) throws Exception {
        try (DataDirectory data = DataDirectory.open(path)) {
            return data.nodeId();
        }
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
