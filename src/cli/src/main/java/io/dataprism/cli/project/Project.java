package io.dataprism.cli.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A plugin's project, as {@code create} makes it: a folder with a {@code pom.xml}. */
record Project(Path folder) {

    static final String SOURCES = "src/main/java";
    static final String MANIFEST = "src/main/resources/META-INF/dataprism/plugin.json";

    boolean exists() {
        return Files.isRegularFile(folder.resolve("pom.xml"));
    }

    Path manifest() {
        return folder.resolve(MANIFEST);
    }

    /** The source of a class; it need not be there. */
    Path source(String className) {
        return folder.resolve(SOURCES).resolve(className.replace('.', '/') + ".java");
    }

    /** The newest jar that was built, if there is one. */
    Optional<Path> built() throws IOException {
        Path target = folder.resolve("target");
        if (!Files.isDirectory(target)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(file -> !file.getFileName().toString().matches(".*-(sources|javadoc|tests)\\.jar"))
                    .max((one, other) -> Long.compare(
                            one.toFile().lastModified(), other.toFile().lastModified()));
        }
    }
}
