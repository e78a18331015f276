package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.dataset.TableEntry.Version;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} at any moment of a load: a real process, killed at moments that a printed seed chooses. */
class KilledLoadTest {

    private static final int LONGEST_MILLIS = 700;

    @TempDir
    Path folder;

    /** Where a child unpacks DuckDB's library, which it does not live to delete. */
    @TempDir
    Path unpacked;

    @Test
    void aKilledProcessLeavesAWholeVersionAndTheNextStartIsClean() throws Exception {
        killAndReopen(4);
    }

    @Test
    @Tag("longer")
    void aProcessThatIsKilledManyTimesLeavesAWholeVersionEachTime() throws Exception {
        killAndReopen(15);
    }

    private void killAndReopen(int rounds) throws Exception {
        long seed = System.nanoTime();
        System.out.println("Killing at moments of seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            Process child = start(random.nextLong());
            try (BufferedReader said =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                String line = said.readLine();
                while (line != null && !line.equals("loading")) {
                    line = said.readLine();
                }
                assertThat(line)
                        .as("the child loads, round %d of seed %d", round, seed)
                        .isEqualTo("loading");
                assertThat(child.waitFor(1 + random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS))
                        .as("the child goes on until it is killed")
                        .isFalse();
            } finally {
                child.destroyForcibly();
                child.waitFor();
                deleteUnpacked();
            }
            requireWhole("round " + round + " of seed " + seed);
        }
    }

    private void deleteUnpacked() throws Exception {
        try (Stream<Path> left = Files.walk(unpacked)) {
            for (Path file : left.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    private Process start(long seed) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Djava.io.tmpdir=" + unpacked,
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                LoadsInALoop.class.getName(),
                folder.toString(),
                Long.toString(seed)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void requireWhole(String round) throws Exception {
        try (EngineFixture fixture = new EngineFixture(folder)) {
            TableEntry table = fixture.engine.datasets().find("t");
            Set<String> named = new HashSet<>();
            if (table != null) {
                named.addAll(table.digests());
                for (Version version : table.versions()) {
                    requireWhole(fixture, version, round);
                }
            }
            assertThat(names(folder.resolve("data/blobs"))).as(round).isEqualTo(named);
            assertThat(names(folder.resolve("data/incoming"))).as(round).isEmpty();
            assertThat(names(folder.resolve("data/spill"))).as(round).isEmpty();
            assertThat(names(folder.resolve("data/tables"))).as(round).isSubsetOf("t.json", "t.dropped");
        }
    }

    private static void requireWhole(EngineFixture fixture, Version version, String round) {
        String at = "FROM t AT (VERSION => " + version.version() + ")";
        assertThat(fixture.rows("SELECT count(*) " + at)).as(round).containsExactly(List.of(version.rows()));
        assertThat(fixture.rows("SELECT load FROM (SELECT load, min(size) AS size, count(*) AS found, sum(row) AS rows "
                        + at + " GROUP BY load) WHERE found != size OR rows != size * (size - 1) // 2"))
                .as("loads of version %d that are not whole, %s", version.version(), round)
                .isEmpty();
    }

    private static Set<String> names(Path under) throws Exception {
        if (!Files.exists(under)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.walk(under)) {
            Set<String> names = new HashSet<>();
            files.filter(Files::isRegularFile)
                    .forEach(file -> names.add(file.getFileName().toString()));
            return names;
        }
    }
}
