package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.permission.Principal.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTokenTest {

    @TempDir
    Path directory;

    @Test
    void isMadeOnceForItsOwnerAloneAndReusedLater() throws Exception {
        AdminToken.openOrCreate(directory);
        Path file = directory.resolve(AdminToken.FILE_NAME);
        String token = Files.readString(file).strip();
        assertThat(token).hasSize(43);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        AdminToken again = AdminToken.openOrCreate(directory);
        assertThat(Files.readString(file).strip()).isEqualTo(token);
        assertThat(again.authenticate(token).result().user().roles()).containsExactly(Role.ADMIN);
        assertThat(again.authenticate(token + "x").failed()).isTrue();
        assertThat(again.authenticate("").failed()).isTrue();
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void anEmptyFileIsNoToken() throws Exception {
        Files.writeString(directory.resolve(AdminToken.FILE_NAME), "\n");
        assertThatThrownBy(() -> AdminToken.openOrCreate(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Delete the file");
    }
}
