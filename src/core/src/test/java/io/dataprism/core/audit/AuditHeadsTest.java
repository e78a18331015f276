package io.dataprism.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a node has told of its log finds one that was tampered with by somebody who has its keys and its whole disk. */
class AuditHeadsTest {

    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

    @TempDir
    Path folder;

    /** What is done to a log of ten lines after its tenth was told; the node starts again and writes {@code then} lines. */
    enum Tampering {
        ROLLED_BACK_WITH_ITS_CHECKPOINT(1, 8, "cut off"),
        ROLLED_BACK_AND_GROWN_AGAIN(21, 11, "rewritten"),
        BEGUN_ANEW_WITH_ITS_KEY(21, 11, "rewritten"),
        BEGUN_ANEW_WITH_ANOTHER_KEY(1, 3, "cut off"),
        BEGUN_ANEW_WITH_ANOTHER_KEY_AND_AS_LONG(10, 11, "rewritten");

        private final int then;
        private final long firstBad;
        private final String reason;

        Tampering(int then, long firstBad, String reason) {
            this.then = then;
            this.firstBad = firstBad;
            this.reason = reason;
        }
    }

    private Path data() throws IOException {
        return Files.createDirectories(folder.resolve("data"));
    }

    private AuditHead write(int lines) throws IOException {
        try (AuditLog log = AuditLog.open(data(), "n1", InstantSource.fixed(NOW.plusSeconds(lines)))) {
            for (int i = 0; i < lines; i++) {
                log.append(List.of(
                        new AuditEntry(NOW.plusMillis(lines), "a." + i, "/users/eve", List.of(), "t", "ok", "{}")));
            }
            return log.head();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(each));
                Files.createDirectories(target.getParent());
                Files.copy(each, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasToldIsMissed(Tampering tampering) throws IOException {
        write(5);
        Path backup = folder.resolve("backup");
        copy(data(), backup);
        AuditHead told = write(5);
        assertThat(AuditVerifier.verify(data(), List.of(told)).ok()).isTrue();
        switch (tampering) {
            case ROLLED_BACK_WITH_ITS_CHECKPOINT, ROLLED_BACK_AND_GROWN_AGAIN -> copy(backup, data());
            case BEGUN_ANEW_WITH_ITS_KEY -> delete("audit/audit.jsonl", "audit/checkpoint.json");
            case BEGUN_ANEW_WITH_ANOTHER_KEY, BEGUN_ANEW_WITH_ANOTHER_KEY_AND_AS_LONG ->
                delete("audit/audit.jsonl", "audit/checkpoint.json", "node.key", "node.pub");
        }
        write(tampering.then);

        assertThat(AuditVerifier.verify(data()).ok())
                .as("by itself it looks well")
                .isTrue();
        AuditVerifier.Verdict verdict = AuditVerifier.verify(data(), List.of(told));
        assertThat(verdict.reason()).contains(tampering.reason);
        assertThat(verdict.firstBad()).as(verdict.toString()).isEqualTo(tampering.firstBad);
    }

    private void delete(String... names) throws IOException {
        for (String name : names) {
            Files.delete(data().resolve(name));
        }
    }

    @Test
    void aKeyThatIsAnotherIsFoundWhereTheLineIsTheSame() throws IOException {
        AuditHead told = write(3);
        Path other = folder.resolve("other");
        NodeKey.loadOrCreate(Files.createDirectories(other));
        copy(other, data());
        write(1);

        assertThat(AuditVerifier.verify(data(), List.of(told)).reason()).contains("key is not the one");
    }

    @Test
    void whatNobodySignedCountsForNothing() throws IOException {
        AuditHead told = write(3);
        AuditHead forged = new AuditHead("n1", 99, "0".repeat(64), told.signature(), told.key());

        assertThat(forged.isGenuine()).isFalse();
        assertThat(AuditVerifier.verify(data(), List.of(forged)).ok()).isTrue();
        AuditHeads heads = new AuditHeads();
        heads.keep(forged, NOW);
        assertThat(heads.of("n1")).isEmpty();
    }

    @Test
    void theFirstKeyAndTheNewestLineAreKeptAndSurvive() throws IOException {
        AuditHeads heads = AuditHeads.ofFolder(data());
        AuditHead first = write(2);
        AuditHead second = write(2);
        heads.keep(first, NOW);
        heads.keep(second, NOW.plusSeconds(1));
        heads.keep(first, NOW.plusSeconds(2));
        delete("audit/audit.jsonl", "audit/checkpoint.json", "node.key", "node.pub");
        heads.keep(write(9), NOW.plusSeconds(3));
        assertThat(heads.of("n1")).containsExactly(first, second);

        heads.save(data());
        assertThat(AuditHeads.ofFolder(data()).of("n1")).containsExactly(first, second);
        Path file = AuditFiles.of(data()).heads();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(heads.nodesSeen(NOW.plusSeconds(10), Duration.ofMinutes(1))).containsExactly("n1");
        assertThat(heads.nodesSeen(NOW.plusSeconds(100), Duration.ofMinutes(1))).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadIsPutAside() throws IOException {
        Path file = AuditFiles.of(data()).heads();
        Files.createDirectories(file.getParent());
        for (String text : List.of("{", "{}", "{\"format\":\"dataprism-audit-heads\",\"version\":2}")) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> AuditHeads.read(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file.toString());
            assertThat(AuditHeads.ofFolder(data()).of("n1")).isEmpty();
            assertThat(file).doesNotExist();
            assertThat(file.resolveSibling("heads.json.unreadable")).hasContent(text);
        }
    }

    @Test
    void oldHeadsAreKeptFurtherApart() {
        AuditHead first = new AuditHead("n1", 0, "h", "s", "k");
        KeptHeads kept = new KeptHeads("k", NOW, List.of(new KeptHeads.Kept(first, NOW)));
        for (int i = 1; i <= 10_000; i++) {
            kept = kept.with(new AuditHead("n1", i, "h" + i, "s", "k"), NOW.plusSeconds(i));
        }
        List<Long> sequences =
                kept.heads().stream().map(each -> each.head().sequence()).toList();
        assertThat(sequences).hasSize(KeptHeads.LIMIT).isSorted().startsWith(0L).endsWith(10_000L);
        assertThat(sequences.get(KeptHeads.LIMIT - 2)).isGreaterThan(9_900);
        assertThat(sequences.get(2)).isLessThan(9_000);
    }
}
