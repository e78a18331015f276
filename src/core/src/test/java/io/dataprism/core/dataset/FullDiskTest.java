package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.engine.KeepRequest;
import io.dataprism.core.engine.LoadRequest.Format;
import io.dataprism.core.engine.LoadRequest.Mode;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data folder on a real file system of 8 MiB that is full. Needs the right to mount one; skipped without. */
class FullDiskTest {

    private static final String NOISE =
            "SELECT range AS n, md5(range::VARCHAR) || md5((range + ?)::VARCHAR) AS text FROM range(?)";

    @TempDir
    Path folder;

    private static boolean run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Test
    void aFullDiskIsSaidAndChangesNothingAndIsOverOnceThereIsSpace() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/bin/mount"))
                        && run("/bin/mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()),
                "this user may not mount a small tmpfs: the test of a full disk is skipped");
        try (EngineFixture fixture = new EngineFixture(disk)) {
            fixture.csv("t", Mode.CREATE, "a\n1\n");
            keep(fixture, "ballast", 40_000);
            Set<String> before = files(disk);

            requireFull(catchThrowableOfType(DataPrismException.class, () -> keep(fixture, "large", 1_000_000)));
            requireFull(catchThrowableOfType(
                    DataPrismException.class, () -> fixture.load("large", Mode.CREATE, Format.CSV, large())));
            Path filler = disk.resolve("filler");
            run("/bin/dd", "if=/dev/zero", "of=" + filler, "bs=64k");
            requireFull(catchThrowableOfType(
                    DataPrismException.class,
                    () -> fixture.load(
                            "t", Mode.REPLACE, Format.CSV, Files.writeString(folder.resolve("s"), "a\n2\n"))));

            assertThat(fixture.rows("FROM t")).containsExactly(List.of(1L));
            assertThat(fixture.engine.datasets().find("large")).isNull();
            fixture.engine.datasets().drop("ballast", null);
            assertThat(fixture.engine.datasets().find("ballast"))
                    .as("a table is dropped on a full disk too")
                    .isNull();
            Files.delete(filler);
            Set<String> left = files(disk);
            left.removeIf(name -> name.startsWith("ballast"));
            assertThat(before).containsAll(left);
            assertThat(fixture.csv("t", Mode.APPEND, "a\n2\n").table().rows()).isEqualTo(2);
            keep(fixture, "ballast", 1_000);
        } finally {
            assertThat(run("/bin/umount", disk.toString())).isTrue();
        }
    }

    private Path large() throws Exception {
        StringBuilder csv = new StringBuilder("text\n");
        java.util.Random random = new java.util.Random(1);
        for (int i = 0; i < 500_000; i++) {
            csv.append(Long.toHexString(random.nextLong()))
                    .append(Long.toHexString(random.nextLong()))
                    .append('\n');
        }
        return Files.writeString(folder.resolve("large.csv"), csv);
    }

    private static void keep(EngineFixture fixture, String table, int rows) {
        EngineFixture.await(fixture.engine.keep(
                new KeepRequest(table, Mode.CREATE, null, fixture.spec(NOISE, rows, rows)), fixture.ends::add));
    }

    private static void requireFull(DataPrismException failure) {
        assertThat(failure).isNotNull();
        assertThat(failure.code()).as(failure.detail()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(failure.detail())
                .contains("disk of the data folder is full", "bytes are free", "Nothing was changed");
        assertThat(failure.members()).containsKey("retryAfterSeconds");
    }

    private static Set<String> files(Path disk) throws Exception {
        try (Stream<Path> files = Files.walk(disk)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toSet());
        }
    }
}
