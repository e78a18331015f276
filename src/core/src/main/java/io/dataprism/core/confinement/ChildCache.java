package io.dataprism.core.confinement;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ahead-of-time cache of the classes that every child runs before and beside its plugin: it halves what a start costs. Made
 * once per installation, beside the jars that it is made of, and named by what it depends on: the digests of the jars, the JDK
 * and the options. Where no cache of that name lies there, or its own digest is not the one beside it, children start without.
 *
 * <p>{@link PluginCaches} are those of packages, which hold these classes as well.
 */
public final class ChildCache {

    static final String MODULE = "io.dataprism.sandbox";

    private static final Logger LOG = LoggerFactory.getLogger(ChildCache.class);
    private static final String OUTPUT = "output";
    private static final long STEP_SECONDS = 120;
    static final int NAME_LENGTH = 16;

    private ChildCache() {}

    /** The options that a cache depends on; the same where it is made and where it is used. */
    static List<String> options(SandboxRuntime runtime) {
        return List.of(
                "-XX:+UseSerialGC",
                // without this the first logger looks for providers, and a package may bring one
                "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-modules=ALL-DEFAULT",
                "--module-path",
                runtime.module().toString());
    }

    /** Begins to look for the cache that fits, on a thread of its own; the answer is waited for. */
    static Supplier<Optional<Path>> lookedFor(SandboxRuntime runtime) {
        FutureTask<Optional<Path>> search = new FutureTask<>(() -> find(runtime));
        Thread.ofPlatform().daemon().name("dataprism-child-cache").start(search);
        return () -> {
            try {
                return search.get();
            } catch (Exception failure) {
                LOG.warn("Children start without a cache", failure);
                return Optional.empty();
            }
        };
    }

    /** The cache that fits, whole. Reads all of it. */
    static Optional<Path> find(SandboxRuntime runtime) throws IOException {
        if (!Files.isRegularFile(runtime.module())) {
            return Optional.empty();
        }
        Path cache = place(runtime);
        if (!ClassRecording.isThere(cache)) {
            LOG.info("No cache fits this JDK and these jars ({} is not there): children start without", cache);
            return Optional.empty();
        }
        if (!ClassRecording.isWhole(cache)) {
            LOG.warn("The cache {} is not what was written: children start without; build it anew", cache);
            return Optional.empty();
        }
        return Optional.of(cache);
    }

    /**
     * Makes the cache of an installation, with two processes of its own code. Where that does not work it says so, and the
     * installation is good without.
     *
     * @param arguments the folder of the sandbox's jars
     */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            SandboxRuntime runtime = SandboxRuntime.inFolder(Path.of(arguments[0]));
            if (find(runtime).isEmpty()) {
                LOG.info("Made {}", make(runtime));
            }
        } catch (IOException failure) {
            LOG.warn("No cache was made: plugins' processes will start without one, in twice the time", failure);
        }
    }

    /** Blocks for some seconds. Leaves a whole cache or none. */
    static Path make(SandboxRuntime runtime) throws IOException, InterruptedException {
        Path cache = place(runtime);
        Path folder = Files.createTempDirectory("dataprism-cache");
        try {
            new ClassRecording(runtime, Optional.empty(), folder)
                    .make(cache, ChildCache::run, ChildCache::removeFormer);
            return cache;
        } finally {
            Files.deleteIfExists(folder.resolve(OUTPUT));
            Files.deleteIfExists(folder);
        }
    }

    /** Of other jars or another JDK; children that have one open keep it. */
    private static void removeFormer(Path cache) throws IOException {
        try (Stream<Path> entries = Files.list(cache.resolveSibling("."))) {
            for (Path entry : entries.toList()) {
                if (entry.getFileName().toString().matches("child-[0-9a-f]{16}\\.aot(\\.sha256)?")) {
                    Files.delete(entry);
                }
            }
        }
    }

    private static void run(List<String> line, Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve(OUTPUT);
        Process process = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(STEP_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        if (!ended || process.exitValue() != 0) {
            throw new IOException(Files.readString(output));
        }
    }

    private static Path place(SandboxRuntime runtime) throws IOException {
        List<String> parts = new ArrayList<>(List.of(
                System.getProperty("java.vm.version"),
                System.getProperty("java.vm.vendor"),
                System.getProperty("os.arch")));
        parts.addAll(options(runtime));
        for (Path jar : Stream.concat(Stream.of(runtime.module()), runtime.classPath().stream())
                .toList()) {
            parts.add(jar.getFileName().toString());
            parts.add(Digests.ofFile(jar));
        }
        String name = Digests.ofLines(parts).substring(0, NAME_LENGTH);
        return runtime.module().resolveSibling("child-" + name + ".aot");
    }
}
