package io.dataprism.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A node in an image is started as the launcher starts one. */
class ImageTest {

    private static final Path OPTIONS = Path.of("image/root/opt/dataprism/java.options");

    @Test
    void itsOptionsAreThoseOfTheLauncher() throws Exception {
        List<String> ours = Files.readAllLines(OPTIONS).stream()
                .filter(line -> line.startsWith("-") && !line.startsWith("-cp") && !line.startsWith("-Ddataprism.home"))
                .toList();
        String launcher = Files.readString(Path.of("../dataprism"));
        String last = launcher.substring(launcher.lastIndexOf("exec "), launcher.indexOf("-Ddataprism.home=\"$home\""));
        Matcher options = Pattern.compile("\\s(--?[A-Za-z][^\\s\\\\]*)").matcher(last);
        assertThat(options.results().map(found -> found.group(1)).toList()).containsExactlyElementsOf(ours);
        assertThat(launcher).contains(Files.readAllLines(OPTIONS).getLast());
    }
}
