package io.dataprism.core.confinement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Children whose host is killed, whatever they are doing. */
class ParentDeathTest {

    @TempDir
    Path folder;

    @Test
    @Tag("longer")
    void childrenThatWaitThatComputeAndThatStartEndWithAHostThatIsKilled() throws Exception {
        Process host = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Djava.io.tmpdir=" + folder,
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostToBeKilled.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<ProcessHandle> children = List.of();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(host.getInputStream(), StandardCharsets.UTF_8))) {
            String line = said.readLine();
            while (line != null && !line.equals("three children")) {
                line = said.readLine();
            }
            children = host.children().toList();
            assertThat(children).hasSize(3).allMatch(ParentDeathTest::runs);
            host.destroyForcibly().waitFor();
            List<ProcessHandle> orphans = children;
            await().untilAsserted(() -> assertThat(orphans).noneMatch(ParentDeathTest::runs));
        } finally {
            host.destroyForcibly().waitFor();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** A zombie does not run, though nobody may reap it; it has no command any more. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }
}
