package io.dataprism.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node in an image is started as the launcher starts one. */
class ImageTest {

    private static final Path OPTIONS = Path.of("image/root/opt/dataprism/java.options");
    private static final Path OF_LAUNCHER = Path.of("../src/cli/src/main/launch/java.options");

    @Test
    void itsOptionsAreThoseOfTheLauncher() throws Exception {
        assertThat(options(OPTIONS)).containsExactlyElementsOf(options(OF_LAUNCHER));
        assertThat(Files.readString(Path.of("../dataprism")))
                .contains(Files.readAllLines(OPTIONS).getLast());
    }

    /** Without what depends on where the distribution is. */
    private static List<String> options(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("-") && !line.startsWith("-cp") && !line.startsWith("-Ddataprism.home"))
                .toList();
    }
}
