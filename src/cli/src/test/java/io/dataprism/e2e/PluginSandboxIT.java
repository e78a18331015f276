package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.map;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.PluginException;
import io.dataprism.testkit.Input;
import io.dataprism.testkit.PluginSandbox;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The testkit, as a plugin's author uses it, on a bundled plugin. */
class PluginSandboxIT {

    @TempDir
    Path folder;

    @Test
    void aPluginIsTestedAsAnOperatorRunsIt() throws Exception {
        try (PluginSandbox sandbox = PluginSandbox.start(bundled("delay-statistics"));
                BufferAllocator allocator = new RootAllocator()) {
            assertThatThrownBy(sandbox::activate)
                    .asInstanceOf(throwable(PluginException.class))
                    .returns("GRANTS_PENDING", PluginException::code);
            sandbox.table("flights", "origin,delay\nJFK,10\nSFO,30\n")
                    .grant("data:read:flights")
                    .activate();

            assertThat(sandbox.call("summary", Map.of()))
                    .asInstanceOf(map(String.class, Object.class))
                    .containsEntry("rows", 2)
                    .containsEntry("mean", 20.0);
            assertThat(sandbox.call("summary", Map.of(), Input.table("flights")))
                    .asInstanceOf(map(String.class, Object.class))
                    .containsEntry("rows", 2);
            try (Batch first = batch(allocator, "JFK", 1, 3);
                    Batch second = batch(allocator, "SFO", 8)) {
                assertThat(sandbox.rows("statistics", Map.of("by", "origin"), Input.batches(List.of(first, second))))
                        .extracting(row -> row.get("origin"), row -> row.get("mean"))
                        .containsExactly(tuple("JFK", 2.0), tuple("SFO", 8.0));
            }
            assertThatThrownBy(() -> sandbox.rows("statistics", Map.of("by", 7), Input.table("flights")))
                    .asInstanceOf(throwable(PluginException.class))
                    .returns("REQUEST_INVALID", PluginException::code);
            assertThat(sandbox.info()).containsEntry("state", "active");
            assertThat(sandbox.log()).isEmpty();
        }
    }

    @Test
    void aFolderOfClassesIsPacked() throws Exception {
        for (var entry : TestPlugins.ECHO.entries().entrySet()) {
            Path file = folder.resolve("classes").resolve(entry.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, entry.getValue());
        }
        try (PluginSandbox sandbox = PluginSandbox.start(folder.resolve("classes"))) {
            sandbox.activate();
            assertThat(sandbox.call("echo", Map.of("a", List.of(1, "b")))).isEqualTo(Map.of("a", List.of(1, "b")));
        }
        assertThatThrownBy(() -> PluginSandbox.start(folder)).hasMessageContaining("META-INF/dataprism/plugin.json");
    }

    private static Path bundled(String name) throws Exception {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("dataprism.home"), "plugins"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Batch batch(BufferAllocator allocator, String origin, long... delays) {
        VarCharVector origins = new VarCharVector("origin", allocator);
        BigIntVector values = new BigIntVector("delay", allocator);
        for (int row = 0; row < delays.length; row++) {
            origins.setSafe(row, origin.getBytes(StandardCharsets.UTF_8));
            values.setSafe(row, delays[row]);
        }
        VectorSchemaRoot root = VectorSchemaRoot.of(origins, values);
        root.setRowCount(delays.length);
        return new Batch(root);
    }
}
