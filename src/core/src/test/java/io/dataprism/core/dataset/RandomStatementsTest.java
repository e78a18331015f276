package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/**
 * Whatever reads may be asked: there are rows, or a failure of the contract, and the engine goes on. In a process of its own, so
 * that its death is seen, with the statement that caused it.
 */
class RandomStatementsTest {

    private static final int LINES_SHOWN = 12;

    @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void noStatementThatReadsBreaksTheEngine(@ForAll long seed) throws Exception {
        run(seed, 120);
    }

    @Tag("longer")
    @Property(tries = 3, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void noneOfManyStatementsThatReadBreaksTheEngine(@ForAll long seed) throws Exception {
        run(seed, 2_000);
    }

    private static void run(long seed, int statements) throws Exception {
        System.out.println("Random statements of seed " + seed);
        Path folder = Files.createTempDirectory("statements");
        Process child = start(folder, seed, statements);
        Deque<String> last = new ArrayDeque<>();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                last.addLast(line);
                if (last.size() > LINES_SHOWN) {
                    last.removeFirst();
                }
            }
            assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            delete(folder);
        }
        assertThat(child.exitValue())
                .as("the exit of the process, which said last:%n%s", String.join("\n", last))
                .isZero();
        assertThat(last.getLast()).startsWith("done");
    }

    /** The child ends without cleaning up, DuckDB's unpacked library included. */
    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static Process start(Path folder, long seed, int statements) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.io.tmpdir=" + folder,
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-XX:-CreateCoredumpOnCrash",
                "-Darrow.memory.debug.allocator=false",
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                RunsRandomStatements.class.getName(),
                folder.toString(),
                Long.toString(seed),
                Integer.toString(statements)));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
