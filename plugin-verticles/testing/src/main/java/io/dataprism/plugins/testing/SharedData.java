package io.dataprism.plugins.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Data that lies beside the project: {@code ../shared/data} of its root, found by walking up from the working directory. */
public final class SharedData {

    private SharedData() {}

    /** A file of it, or empty where there is none: then the test is to be skipped with a message. */
    public static Optional<Path> file(String name) {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path file = folder.resolve("shared").resolve("data").resolve(name);
            if (Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }
}
