package io.dataprism.core.confinement;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Jars of plugins that tests compile. */
final class PluginJars {

    private PluginJars() {}

    /** Compiles sources against what a child has, into a folder. */
    static void compile(Path classes, List<Path> sources) {
        String classPath = SandboxRuntime.ofThisProcess().classPath().stream()
                .map(Path::toString)
                .collect(Collectors.joining(":"));
        List<String> arguments = new ArrayList<>(List.of(
                "-proc:none",
                "-nowarn",
                "-XDignore.symbol.file",
                "-Xlint:-removal",
                "-cp",
                classPath,
                "-d",
                classes.toString()));
        sources.forEach(source -> arguments.add(source.toString()));
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
    }

    /** Packs the classes of a folder. */
    static Path pack(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> all = Files.walk(classes)) {
            for (Path path :
                    all.filter(each -> each.toString().endsWith(".class")).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                out.write(Files.readAllBytes(path));
            }
        }
        return jar;
    }
}
