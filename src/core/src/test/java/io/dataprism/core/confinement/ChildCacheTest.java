package io.dataprism.core.confinement;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.quota.ResourcePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache of a child's own classes: used where everything fits, and never with bytes that it was not made of. */
@Tag("longer")
class ChildCacheTest {

    @TempDir
    Path folder;

    private SandboxRuntime runtime;
    private Path cache;

    @BeforeEach
    void makeACache() throws Exception {
        SandboxRuntime here = SandboxRuntime.ofThisProcess();
        copy(here.module(), "plugin-sandbox.jar");
        for (int index = 0; index < here.classPath().size(); index++) {
            copy(here.classPath().get(index), "library-" + index + ".jar");
        }
        runtime = SandboxRuntime.inFolder(folder);
        assertThat(ChildCache.find(runtime)).isEmpty();
        cache = ChildCache.make(runtime);
    }

    @Test
    void aChildRunsFromIt() throws Exception {
        assertThat(ChildCache.find(runtime)).contains(cache);
        ChildCache.main(new String[] {folder.toString()});
        try (Sandboxes sandboxes =
                new Sandboxes(runtime, Restriction.KERNEL, ProcessQuotas.open(ResourcePolicy.defaults()))) {
            PluginProcess child = sandboxes.started("Worker", new RecordingDoor());
            assertThat(Files.readString(Path.of("/proc", String.valueOf(child.pid()), "maps")))
                    .contains(cache.toString());
        }
    }

    @Test
    void changedBytesOfAJarNeverRunWithIt() throws IOException {
        Files.write(folder.resolve("library-0.jar"), new byte[] {0}, StandardOpenOption.APPEND);
        assertThat(ChildCache.find(runtime)).isEmpty();
    }

    @Test
    void itIsNotUsedWhereItIsDamaged() throws IOException {
        Files.write(cache, new byte[] {0}, StandardOpenOption.APPEND);
        assertThat(ChildCache.find(runtime)).isEmpty();
        Files.delete(cache);
        assertThat(ChildCache.find(runtime)).isEqualTo(Optional.empty());
    }

    /** What this very process runs from may be folders of classes. */
    private void copy(Path jarOrFolder, String name) throws IOException {
        Path jar = folder.resolve(name);
        if (Files.isRegularFile(jarOrFolder)) {
            Files.copy(jarOrFolder, jar);
        } else {
            PluginJars.pack(jarOrFolder, jar);
        }
    }
}
