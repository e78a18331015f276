package io.dataprism.core.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.Call;
import io.dataprism.core.confinement.PluginProcess.Kind;
import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.confinement.RecordingDoor;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.fixtures.wasm.WatModules;
import io.dataprism.plugin.ResourceQuota;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;

/** Modules for tests: makes, starts and calls them, and proves afterwards that nothing of them is left. */
final class Modules implements AutoCloseable {

    static final Duration BOUND = Duration.ofSeconds(30);
    static final Duration LATE = Duration.ofMillis(300);

    final RecordingDoor door = new RecordingDoor();
    final RootAllocator allocator = new RootAllocator();
    final ProcessQuotas quotas;
    final WasmPluginProcesses processes;
    /** What modules were compiled to. */
    final Path compiled;

    private final Path folder;
    private final List<Path> files = new ArrayList<>();

    Modules(WasmEngine engine) throws IOException {
        this(engine, ResourcePolicy.defaults());
    }

    Modules(WasmEngine engine, ResourcePolicy policy) throws IOException {
        quotas = ProcessQuotas.withoutGroups(policy);
        folder = Files.createTempDirectory("modules");
        compiled = folder.resolve("compiled");
        processes = new WasmPluginProcesses(allocator, quotas, engine, compiled);
    }

    List<Path> compiledFiles() throws IOException {
        try (Stream<Path> all = Files.list(compiled)) {
            return all.filter(file -> !file.endsWith("key")).toList();
        }
    }

    static String everything() throws IOException {
        try (InputStream in = Modules.class.getResourceAsStream("/wasm/everything.wat")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The module of all operations, initialised and active. */
    PluginProcess everythingActive() throws Exception {
        PluginProcess started = start(launch(WatModules.of(everything()), "echo", "loop"));
        started.initialize().block(BOUND);
        started.activate().block(BOUND);
        return started;
    }

    PluginProcess start(Launch launch) {
        return processes.start(launch, door).block(BOUND);
    }

    Launch launch(byte[] module, String... operations) throws IOException {
        return launch(module, new ResourceQuota(16L << 20, 1, 16, Duration.ofSeconds(10), 1L << 20), operations);
    }

    Launch launch(byte[] module, ResourceQuota quota, String... operations) throws IOException {
        Path file = Files.write(folder.resolve(UUID.randomUUID() + ".zip"), WatModules.packed("{}", module));
        files.add(file);
        return new Launch(
                "module",
                "1.0.0",
                "0.1.0",
                "utility",
                file,
                "plugin.wasm",
                folder,
                quota,
                false,
                Map.of(),
                Map.of(
                        "runtime",
                        "wasm",
                        "operations",
                        java.util.stream.Stream.of(operations)
                                .map(each -> Map.of("name", each))
                                .toList()));
    }

    static Object value(PluginProcess process, String operation, Map<String, Object> params) {
        return ((Answer.Value) process.execute(call(operation, params, BOUND)).block(BOUND)).value();
    }

    static Call call(String operation, Map<String, Object> params, Duration timeout) {
        return new Call(UUID.randomUUID().toString(), operation, Kind.VALUE, params, null, null, timeout);
    }

    /** Closes everything, and waits until no thread and no reservation is left. */
    @Override
    public void close() throws IOException {
        processes.close();
        await().atMost(BOUND).untilAsserted(() -> {
            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getName)
                            .filter(name -> name.startsWith("dataprism-")))
                    .isEmpty();
            assertThat(quotas.reservedBytes()).isZero();
            assertThat(allocator.getAllocatedMemory()).isZero();
        });
        allocator.close();
        quotas.close();
        for (Path file : files) {
            Files.delete(file);
        }
        if (Files.exists(compiled)) {
            for (Path file : compiledFiles()) {
                Files.delete(file);
            }
            Files.delete(compiled.resolve("key"));
            Files.delete(compiled);
        }
        Files.delete(folder);
    }
}
