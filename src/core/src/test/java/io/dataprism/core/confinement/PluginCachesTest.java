package io.dataprism.core.confinement;

import static io.dataprism.core.confinement.Sandboxes.BOUND;
import static io.dataprism.core.confinement.Sandboxes.call;
import static io.dataprism.core.confinement.Sandboxes.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.quota.ResourcePolicy;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One class cache per version of a plugin: recorded in the sandbox, created by a second confined process, never with stale code. */
@Tag("longer")
class PluginCachesTest {

    private static final Duration MAKING = Duration.ofSeconds(90);

    @TempDir
    static Path installation;

    private static SandboxRuntime runtime;
    private Sandboxes sandboxes;
    private ProcessQuotas quotas;

    @BeforeAll
    static void install() throws Exception {
        SandboxRuntime here = SandboxRuntime.ofThisProcess();
        copy(here.module(), "plugin-sandbox.jar");
        for (int index = 0; index < here.classPath().size(); index++) {
            copy(here.classPath().get(index), "library-" + index + ".jar");
        }
        runtime = SandboxRuntime.inFolder(installation);
        ChildCache.make(runtime);
    }

    private static void copy(Path jarOrFolder, String name) throws IOException {
        if (Files.isRegularFile(jarOrFolder)) {
            Files.copy(jarOrFolder, installation.resolve(name));
        } else {
            PluginJars.pack(jarOrFolder, installation.resolve(name));
        }
    }

    @BeforeEach
    void open() throws IOException {
        quotas = ProcessQuotas.open(ResourcePolicy.defaults());
        sandboxes = new Sandboxes(runtime, Restriction.KERNEL, quotas);
    }

    @AfterEach
    void closeAndProveThatNothingIsLeft() {
        sandboxes.close();
        assertThat(sandboxes.folder).doesNotExist();
    }

    private Launch crowd(String mark, int classes) throws IOException {
        String source;
        try (var in = PluginCachesTest.class.getResourceAsStream("/plugins/Crowd.java")) {
            source = new String(in.readAllBytes());
        }
        String nested = IntStream.range(0, classes)
                .mapToObj(n -> "public static class C" + n + " { public static int number() { return " + n + "; } }")
                .collect(Collectors.joining("\n    "));
        return sandboxes.launch(
                "Crowd",
                "utility",
                source.replace("\"MARK\"", "\"" + mark + "\"").replace("// CLASSES", nested));
    }

    private void startAndEnd(Launch launch) throws Exception {
        end(sandboxes.started(launch));
    }

    private static void end(PluginProcess process) throws Exception {
        process.close();
        process.exited().toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    private List<Path> caches() throws IOException {
        Path folder = sandboxes.folder.resolve("class-caches");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> path.toString().endsWith(".aot")).toList();
        }
    }

    /** Started twice, with its cache made. */
    private Path cached(Launch launch) throws Exception {
        startAndEnd(launch);
        assertThat(caches()).as("who starts once may not start again").isEmpty();
        startAndEnd(launch);
        await().atMost(MAKING).until(() -> !caches().isEmpty() && quotas.reservedBytes() == 0);
        return caches().getFirst();
    }

    private static String maps(PluginProcess process) throws IOException {
        return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "maps"));
    }

    @Test
    void thePackageThatIsStartedTwiceStartsFromACacheOfItsOwnAndChangedBytesNeverRunStaleCode() throws Exception {
        Launch launch = crowd("one", 120);
        Path cache = cached(launch);
        startsFrom(cache, launch);
        nothingOfItRanWhenTheCacheWasMade(launch);
        nothingOfTheMakingIsLeft();
        changedBytesNeverRunStaleCode(cache, launch);
        aCacheThatIsNotWhatWasWrittenIsRemoved(cache, launch);
    }

    private void startsFrom(Path cache, Launch launch) throws Exception {
        PluginProcess process = sandboxes.started(launch);
        assertThat(maps(process)).contains(cache.toString());
        assertThat(value(process, call("mark", Map.of()))).isEqualTo("one");
        assertThat(value(process, call("loaded", Map.of()))).isEqualTo(7);
        end(process);
    }

    /** What ends a process that initialises it has not ended the one that recorded it. */
    private void nothingOfItRanWhenTheCacheWasMade(Launch launch) throws Exception {
        PluginProcess process = sandboxes.started(launch);
        assertThat(process.execute(call("trap", Map.of())).onErrorComplete().block(BOUND))
                .isNull();
        assertThat(process.exited().toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS))
                .contains("77");
    }

    private void nothingOfTheMakingIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(sandboxes.folder.resolve("class-caches"))) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .allMatch(name -> name.matches("[0-9a-f]{16}\\.aot(\\.sha256|\\.seen)?"));
        }
    }

    private void changedBytesNeverRunStaleCode(Path cache, Launch launch) throws Exception {
        Path kept = Files.copy(launch.packageFile(), sandboxes.folder.resolve("kept.jar"));
        Launch other = crowd("two", 120);
        FileTime time = Files.getLastModifiedTime(launch.packageFile());
        Files.move(other.packageFile(), launch.packageFile(), StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(launch.packageFile(), time);
        PluginProcess process = sandboxes.started(launch);
        assertThat(maps(process)).doesNotContain(cache.toString());
        assertThat(value(process, call("mark", Map.of()))).isEqualTo("two");
        end(process);
        Files.move(kept, launch.packageFile(), StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(launch.packageFile(), time);
        startsFrom(cache, launch);
    }

    private void aCacheThatIsNotWhatWasWrittenIsRemoved(Path cache, Launch launch) throws Exception {
        Files.write(cache, new byte[] {0}, StandardOpenOption.APPEND);
        PluginProcess process = sandboxes.started(launch);
        assertThat(maps(process)).doesNotContain(cache.toString());
        assertThat(cache).doesNotExist();
        assertThat(value(process, call("mark", Map.of()))).isEqualTo("one");
    }

    /** The first logger of a JVM makes what lies on the class path and says that it is a provider. */
    @Test
    void aProviderThatThePackageBringsIsNotMadeBeforeThePluginIs() throws Exception {
        Launch launch = crowd("one", 120);
        with(
                launch,
                "evil.Provider",
                "package evil; public class Provider { static { Runtime.getRuntime().halt(78); } }");
        try (FileSystem jar = FileSystems.newFileSystem(launch.packageFile())) {
            Files.createDirectories(jar.getPath("META-INF/services"));
            Files.writeString(jar.getPath("META-INF/services/org.slf4j.spi.SLF4JServiceProvider"), "evil.Provider");
        }
        startsFrom(cached(launch), launch);
    }

    /** Reactor looks for this one by its name. */
    @Test
    void aPackageThatRunsWhenItsCacheIsRecordedHasNone() throws Exception {
        Launch launch = crowd("one", 120);
        with(
                launch,
                "io.micrometer.context.ContextRegistry",
                "package io.micrometer.context; public class ContextRegistry { static final long NOW = System.nanoTime(); }");
        startAndEnd(launch);
        startAndEnd(launch);
        await().atMost(BOUND).until(() -> Sandboxes.children() == 1);
        await().atMost(MAKING).until(() -> Sandboxes.children() == 0 && quotas.reservedBytes() == 0);
        assertThat(caches()).isEmpty();
        PluginProcess process = sandboxes.started(launch);
        assertThat(maps(process)).contains(installation.resolve("child-").toString());
    }

    /** Adds a class to the package. */
    private void with(Launch launch, String name, String source) throws IOException {
        Path folder = Files.createTempDirectory(sandboxes.folder, "more");
        Path file = folder.resolve(name.substring(name.lastIndexOf('.') + 1) + ".java");
        PluginJars.compile(folder, List.of(Files.writeString(file, source)));
        String path = name.replace('.', '/') + ".class";
        try (FileSystem jar = FileSystems.newFileSystem(launch.packageFile())) {
            Files.createDirectories(jar.getPath(path).getParent());
            Files.copy(folder.resolve(path), jar.getPath(path));
        }
    }

    /** What such a jar names is on the class path as well, and nobody has looked at it. */
    @Test
    void aPackageThatNamesOtherJarsHasNone() throws Exception {
        Launch launch = crowd("one", 120);
        try (FileSystem jar = FileSystems.newFileSystem(launch.packageFile())) {
            Files.createDirectories(jar.getPath("META-INF"));
            Files.writeString(jar.getPath("META-INF/MANIFEST.MF"), "Manifest-Version: 1.0\nClass-Path: other.jar\n\n");
        }
        startAndEnd(launch);
        startAndEnd(launch);
        startAndEnd(launch);
        assertThat(sandboxes.folder.resolve("class-caches")).doesNotExist();
    }

    @Test
    void aPackageOfFewClassesUsesTheSandboxsOwn() throws Exception {
        Launch launch = crowd("few", 20);
        startAndEnd(launch);
        startAndEnd(launch);
        PluginProcess process = sandboxes.started(launch);
        assertThat(maps(process)).contains(installation.resolve("child-").toString());
        assertThat(sandboxes.folder.resolve("class-caches")).doesNotExist();
    }

    @Test
    void aNodeThatEndsWhileOneIsMadeLeavesNothing() throws Exception {
        Launch launch = crowd("one", 120);
        startAndEnd(launch);
        startAndEnd(launch);
        await().atMost(BOUND).until(() -> Sandboxes.children() == 1);
        sandboxes.processes.close();
        assertThat(caches()).isEmpty();
        try (Stream<Path> left = Files.list(sandboxes.folder.resolve("class-caches"))) {
            assertThat(left.map(Path::toString)).allMatch(name -> name.endsWith(".seen"));
        }
        assertThat(quotas.reservedBytes()).isZero();
    }
}
