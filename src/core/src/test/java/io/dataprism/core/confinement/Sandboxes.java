package io.dataprism.core.confinement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.Call;
import io.dataprism.core.confinement.PluginProcess.Kind;
import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ResourceQuota;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Real children for tests: compiles plugins, starts them, and proves afterwards that nothing is left. */
final class Sandboxes implements AutoCloseable {

    static final Duration BOUND = Duration.ofSeconds(20);

    final BufferAllocator allocator = new RootAllocator();
    final Path folder;
    final ConfinedPluginProcesses processes;
    private final ProcessQuotas quotas;
    private final long descriptorsBefore = descriptors();

    Sandboxes() throws IOException {
        this(Restriction.KERNEL);
    }

    Sandboxes(Restriction restriction) throws IOException {
        this(restriction, ProcessQuotas.open(ResourcePolicy.defaults()));
    }

    /** @param quotas closed with these */
    Sandboxes(Restriction restriction, ProcessQuotas quotas) throws IOException {
        this(SandboxRuntime.ofThisProcess(), restriction, quotas);
    }

    Sandboxes(SandboxRuntime runtime, Restriction restriction, ProcessQuotas quotas) throws IOException {
        this(runtime, restriction, quotas, 0);
    }

    /** @param pool how many children wait for plugins */
    Sandboxes(SandboxRuntime runtime, Restriction restriction, ProcessQuotas quotas, int pool) throws IOException {
        this(runtime, restriction, quotas, pool, List.of(), false);
    }

    /** Of a machine that lacks what it takes to confine. */
    static Sandboxes withoutConfinement(String missing, boolean allowUnconfined) throws IOException {
        ProcessQuotas quotas = ProcessQuotas.open(ResourcePolicy.defaults());
        return new Sandboxes(
                SandboxRuntime.ofThisProcess(), Restriction.KERNEL, quotas, 1, List.of(missing), allowUnconfined);
    }

    private Sandboxes(
            SandboxRuntime runtime,
            Restriction restriction,
            ProcessQuotas quotas,
            int pool,
            List<String> missing,
            boolean allowUnconfined)
            throws IOException {
        this.quotas = quotas;
        folder = Files.createTempDirectory("sandboxes");
        processes = new ConfinedPluginProcesses(
                runtime,
                allocator,
                quotas,
                new PoolSettings(pool, folder.resolve("pool")),
                folder.resolve("class-caches"),
                restriction,
                missing,
                allowUnconfined);
    }

    /** Starts the plugin of a source in the test resources. */
    PluginProcess start(String className, HostDoor door) {
        return processes.start(launch(className, category(className)), door).block(BOUND);
    }

    PluginProcess started(String className, HostDoor door) {
        return activated(start(className, door));
    }

    PluginProcess started(Launch launch) {
        return activated(processes.start(launch, new RecordingDoor()).block(BOUND));
    }

    private static PluginProcess activated(PluginProcess process) {
        process.initialize().block(BOUND);
        process.activate().block(BOUND);
        return process;
    }

    Launch launch(String className, String category) {
        try (InputStream source = Sandboxes.class.getResourceAsStream("/plugins/" + className + ".java")) {
            return launch(className, category, new String(source.readAllBytes()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    Launch launch(String className, String category, String source) {
        try {
            Path directory = Files.createTempDirectory(folder, "plugin");
            return new Launch(
                    className.toLowerCase(),
                    "1.0.0",
                    "0.1.0",
                    category,
                    jar(className, source),
                    "plugins." + className,
                    directory,
                    new ResourceQuota(128L << 20, 1, 16, Duration.ofSeconds(10), 1L << 20),
                    category.equals("visualization"),
                    Map.of(),
                    Map.of("author", "Ada", "description", "A plugin for tests."));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Path jar(String className, String source) throws IOException {
        Path jar = folder.resolve(className + "-" + source.hashCode() + ".jar");
        if (Files.exists(jar)) {
            return jar;
        }
        Path classes = Files.createTempDirectory(folder, "classes");
        Path file = Files.writeString(classes.resolve(className + ".java"), source);
        PluginJars.compile(classes, List.of(file));
        return PluginJars.pack(classes, jar);
    }

    Flux<Batch> numbers(int batches, int rows) {
        return Flux.range(0, batches).map(index -> {
            BigIntVector numbers = new BigIntVector("n", allocator);
            numbers.allocateNew(rows);
            for (int row = 0; row < rows; row++) {
                numbers.set(row, (long) index * rows + row);
            }
            numbers.setValueCount(rows);
            VectorSchemaRoot root = new VectorSchemaRoot(List.of(numbers));
            root.setRowCount(rows);
            return new Batch(root);
        });
    }

    static Call call(String operation, Map<String, Object> params) {
        return call(operation, Kind.VALUE, params, null);
    }

    static Call call(String operation, Kind kind, Map<String, Object> params, Flux<Batch> input) {
        return new Call(UUID.randomUUID().toString(), operation, kind, params, input, null, Duration.ofSeconds(10));
    }

    static Object value(PluginProcess process, Call call) {
        return ((Answer.Value) process.execute(call).block(BOUND)).value();
    }

    private static String category(String className) {
        return className.equals("Drawer") ? "visualization" : "data-processing";
    }

    static long descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What this process shares with children: files that still have a name, and mappings. */
    static List<String> sharedMemory() {
        String own = "dataprism-" + ProcessHandle.current().pid() + "-";
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"));
                Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
            return Stream.concat(files.map(Path::toString), mappings)
                    .filter(text -> text.contains(own))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static List<String> threads() {
        List<String> names = new ArrayList<>();
        Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("dataprism-"))
                .forEach(names::add);
        return names;
    }

    static long children() {
        return ProcessHandle.current().children().count();
    }

    /** This JVM's control groups, sorted. Those of other processes come and go meanwhile. */
    static List<Path> groups() throws IOException {
        String own = "dataprism-" + ProcessHandle.current().pid() + "-";
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(Path.of("/sys/fs/cgroup"), Set.of(), 6, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean ours = name.startsWith(own);
                boolean within = folder.getParent().getFileName().toString().startsWith(own);
                if (ours || within) {
                    found.add(folder);
                }
                return !ours && name.startsWith("dataprism-") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found.stream().sorted().toList();
    }

    /** Waits until no process, thread, descriptor or byte of any child is left. */
    void proveNothingIsLeft() {
        await().atMost(BOUND).untilAsserted(() -> {
            assertThat(children()).isZero();
            assertThat(threads()).allMatch(name -> name.equals("dataprism-deadlines"));
            assertThat(allocator.getAllocatedMemory()).isZero();
            assertThat(sharedMemory()).isEmpty();
            assertThat(descriptors()).isLessThanOrEqualTo(descriptorsBefore + 3);
        });
    }

    @Override
    public void close() {
        processes.close();
        proveNothingIsLeft();
        quotas.close();
        allocator.close();
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
