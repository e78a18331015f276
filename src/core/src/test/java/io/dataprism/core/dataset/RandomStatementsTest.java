package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.TemporaryFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    @Property(tries = 2, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void noneOfManyStatementsThatReadBreaksTheEngine(@ForAll long seed) throws Exception {
        run(seed, 2_000);
    }

    private static void run(long seed, int statements) throws Exception {
        System.out.println("Random statements of seed " + seed);
        Deque<String> last = new ArrayDeque<>();
        int exit;
        // the child ends without cleaning up, DuckDB's unpacked library included
        try (TemporaryFolder folder = TemporaryFolder.create("statements")) {
            exit = run(folder.path(), seed, statements, last);
        }
        assertThat(exit)
                .as("the exit of the process, which said last:%n%s", String.join("\n", last))
                .isZero();
        assertThat(last.getLast()).startsWith("done");
    }

    private static int run(Path folder, long seed, int statements, Deque<String> last) throws Exception {
        Process child = start(folder, seed, statements);
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                last.addLast(line);
                if (last.size() > LINES_SHOWN) {
                    last.removeFirst();
                }
            }
            assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
            return child.exitValue();
        } finally {
            child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
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
