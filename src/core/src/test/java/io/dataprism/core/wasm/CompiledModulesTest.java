package io.dataprism.core.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompiledModulesTest {

    private static final byte[] CODE = {1, 2, 3, 4};

    @TempDir
    Path folder;

    private CompiledModules open(String versions) {
        return CompiledModules.in(folder, 1000, versions);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> !file.endsWith("key")).toList();
        }
    }

    @Test
    void whatWasKeptIsThereAfterARestartAndForNoOtherModuleOrVersion() throws IOException {
        open("1").putIfAbsent("sha:a", CODE);
        assertThat(open("1").get("sha:a")).isEqualTo(CODE);
        assertThat(open("1").get("sha:b")).isNull();
        assertThat(open("2").get("sha:a")).isNull();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatSomebodyElseWroteIsDeletedAndNotRun() throws IOException {
        CompiledModules modules = open("1");
        modules.putIfAbsent("sha:a", CODE);
        Path file = files().getFirst();
        byte[] good = Files.readAllBytes(file);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(file, bad);
            assertThat(modules.get("sha:a")).as("byte %d changed", at).isNull();
            assertThat(file).doesNotExist();
        }
        for (int length : new int[] {0, 1, 31, 32, good.length - 1}) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThat(modules.get("sha:a")).as("%d bytes", length).isNull();
        }
        Files.write(file, good);
        assertThat(modules.get("sha:a")).isEqualTo(CODE);
    }

    @Test
    void codeOfOneModuleInThePlaceOfAnothersIsNotRun() throws IOException {
        CompiledModules modules = open("1");
        modules.putIfAbsent("sha:a", CODE);
        Path first = files().getFirst();
        byte[] bytes = Files.readAllBytes(first);
        modules.putIfAbsent("sha:b", new byte[] {9});
        Path second =
                files().stream().filter(file -> !file.equals(first)).findFirst().orElseThrow();
        Files.write(second, bytes);
        assertThat(modules.get("sha:b")).isNull();
        assertThat(modules.get("sha:a")).isEqualTo(CODE);
    }

    @Test
    void withAnotherKeyNothingIsRun() throws IOException {
        open("1").putIfAbsent("sha:a", CODE);
        byte[] other = new byte[32];
        Files.write(folder.resolve("key"), other);
        assertThat(open("1").get("sha:a")).isNull();
        Files.write(folder.resolve("key"), new byte[3]);
        open("1").putIfAbsent("sha:a", CODE);
        assertThat(open("1").get("sha:a")).isEqualTo(CODE);
    }

    @Test
    void beyondItsBytesTheLeastUsedGoesFirst() throws IOException {
        CompiledModules modules = open("1");
        modules.putIfAbsent("sha:a", new byte[400]);
        Files.setLastModifiedTime(files().getFirst(), FileTime.fromMillis(1000));
        modules.putIfAbsent("sha:b", new byte[400]);
        assertThat(modules.get("sha:a")).hasSize(400);
        for (Path file : files()) {
            boolean first = Files.getLastModifiedTime(file).toMillis() > System.currentTimeMillis() - 60_000;
            assertThat(first).as("used now").isTrue();
        }
        modules.putIfAbsent("sha:c", new byte[400]);
        assertThat(files()).hasSize(2);
        assertThat(modules.get("sha:c")).hasSize(400);
        modules.putIfAbsent("sha:huge", new byte[2000]);
        assertThat(modules.get("sha:huge")).isNull();
        assertThat(files()).hasSize(2);
    }

    @Test
    void whereNothingCanBeWrittenThereIsNoCache() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThat(CompiledModules.in(file, 1000, "1")).isNull();
    }
}
