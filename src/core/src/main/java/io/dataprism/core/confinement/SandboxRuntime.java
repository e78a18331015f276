package io.dataprism.core.confinement;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a child's own code lies.
 *
 * @param module the jar, or folder of classes, of {@code plugin-sandbox}
 * @param classPath all else that the child needs next to the plugin: the plugin API and its libraries
 */
public record SandboxRuntime(Path module, List<Path> classPath) {

    private static final String MAIN_CLASS = "io.dataprism.sandbox.child.ChildMain";

    /** One class of each jar on the class path of a child. */
    private static final List<String> CLASSES = List.of(
            "io.dataprism.plugin.Plugin",
            "org.apache.arrow.vector.VectorSchemaRoot",
            "org.apache.arrow.flatbuf.Schema",
            "org.apache.arrow.memory.BufferAllocator",
            "org.apache.arrow.memory.unsafe.UnsafeAllocationManager",
            "com.google.flatbuffers.FlatBufferBuilder",
            "org.apache.commons.codec.binary.Hex",
            "com.fasterxml.jackson.core.JsonFactory",
            "com.fasterxml.jackson.annotation.JsonProperty",
            "com.fasterxml.jackson.databind.ObjectMapper",
            "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule",
            "reactor.core.publisher.Flux",
            "org.reactivestreams.Publisher",
            "org.slf4j.Logger",
            "org.jspecify.annotations.NullMarked");

    public SandboxRuntime {
        classPath = List.copyOf(classPath);
    }

    /** The jars of a folder that holds nothing else: {@code plugin-sandbox*.jar} and its class path. */
    public static SandboxRuntime inFolder(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> jars = entries.filter(path -> path.toString().endsWith(".jar"))
                    .map(Path::toAbsolutePath)
                    .sorted()
                    .toList();
            List<Path> modules = jars.stream().filter(SandboxRuntime::isModule).toList();
            if (modules.size() != 1) {
                throw new IllegalArgumentException(
                        "The folder " + folder + " must hold one plugin-sandbox*.jar; it holds " + modules + ".");
            }
            return new SandboxRuntime(
                    modules.getFirst(),
                    jars.stream().filter(jar -> !isModule(jar)).toList());
        } catch (IOException failure) {
            throw new UncheckedIOException("The folder " + folder + " of the sandbox's jars cannot be read.", failure);
        }
    }

    /** Of an installation: its folder {@code sandbox}, or, in a build, what this very process runs from. */
    public static SandboxRuntime inHome(Path home) {
        Path folder = home.resolve("sandbox");
        return Files.isDirectory(folder) ? inFolder(folder) : ofThisProcess();
    }

    /** The jars, or folders of classes, that this very process runs from. */
    public static SandboxRuntime ofThisProcess() {
        Set<Path> classPath = new LinkedHashSet<>();
        for (String name : CLASSES) {
            classPath.add(locationOf(name));
        }
        return new SandboxRuntime(locationOf(MAIN_CLASS), List.copyOf(classPath));
    }

    private static boolean isModule(Path jar) {
        return jar.getFileName().toString().startsWith("plugin-sandbox");
    }

    private static Path locationOf(String className) {
        try {
            CodeSource source = Class.forName(className, false, SandboxRuntime.class.getClassLoader())
                    .getProtectionDomain()
                    .getCodeSource();
            return Path.of(source.getLocation().toURI()).toAbsolutePath();
        } catch (ClassNotFoundException | URISyntaxException missing) {
            throw new IllegalStateException("The sandbox's child needs the class " + className + ".", missing);
        }
    }
}
