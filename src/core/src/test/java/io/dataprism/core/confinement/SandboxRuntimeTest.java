package io.dataprism.core.confinement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxRuntimeTest {

    @TempDir
    Path folder;

    @Test
    void aFolderOfJarsIsAModuleAndAClassPath() throws IOException {
        for (String name : new String[] {"plugin-sandbox-0.1.0.jar", "plugin-api-0.1.0.jar", "b.jar", "readme.txt"}) {
            Files.createFile(folder.resolve(name));
        }
        SandboxRuntime runtime = SandboxRuntime.inFolder(folder);

        assertThat(runtime.module()).isEqualTo(folder.resolve("plugin-sandbox-0.1.0.jar"));
        assertThat(runtime.classPath())
                .containsExactly(folder.resolve("b.jar"), folder.resolve("plugin-api-0.1.0.jar"));
    }

    @Test
    void aFolderWithoutTheModuleIsRefused() {
        assertThatThrownBy(() -> SandboxRuntime.inFolder(folder)).hasMessageContaining("plugin-sandbox*.jar");
    }

    @Test
    void thisProcessKnowsWhereEachPartLies() {
        assertThat(SandboxRuntime.ofThisProcess().classPath()).hasSize(15).allMatch(Files::exists);
    }
}
