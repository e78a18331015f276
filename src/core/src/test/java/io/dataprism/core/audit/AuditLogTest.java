package io.dataprism.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AuditLogTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @TempDir
    Path data;

    /** What is done to a log of a head (line 1) and ten lines, and the line that must be named. */
    enum Tampering {
        CHANGED(5) {
            @Override
            void apply(List<String> lines) {
                lines.set(4, lines.get(4).replace("/users/eve", "/users/bob"));
            }
        },
        CHANGED_IN_THE_HASH(5) {
            @Override
            void apply(List<String> lines) {
                lines.set(4, lines.get(4).replaceAll(".\"}$", "x\"}"));
            }
        },
        REMOVED(5) {
            @Override
            void apply(List<String> lines) {
                lines.remove(4);
            }
        },
        SWAPPED(5) {
            @Override
            void apply(List<String> lines) {
                Collections.swap(lines, 4, 5);
            }
        },
        DOUBLED(6) {
            @Override
            void apply(List<String> lines) {
                lines.add(5, lines.get(4));
            }
        },
        CUT(10) {
            @Override
            void apply(List<String> lines) {
                lines.remove(10);
                lines.remove(9);
            }
        },
        APPENDED(12) {
            @Override
            void apply(List<String> lines) {
                AuditLine last = AuditLine.readIntact(lines.get(10));
                assertThat(last).isNotNull();
                lines.add(AuditLine.of(11, "n1", entry("forged", "/users/eve"), last.hash())
                        .text());
            }
        },
        REWRITTEN_TO_THE_END(11) {
            @Override
            void apply(List<String> lines) {
                AuditLine before = AuditLine.readIntact(lines.get(3));
                assertThat(before).isNotNull();
                String hash = before.hash();
                for (int i = 4; i <= 10; i++) {
                    AuditLine.Written forged = AuditLine.of(i, "n1", entry("forged", "/users/eve"), hash);
                    lines.set(i, forged.text());
                    hash = forged.hash();
                }
            }
        },
        EMPTIED(1) {
            @Override
            void apply(List<String> lines) {
                lines.clear();
            }
        };

        final long firstBad;

        Tampering(long firstBad) {
            this.firstBad = firstBad;
        }

        abstract void apply(List<String> lines);
    }

    @ParameterizedTest
    @EnumSource
    void theFirstBadLineIsNamed(Tampering tampering) throws IOException {
        writeTenLines();
        assertThat(AuditVerifier.verify(data).ok()).isTrue();
        List<String> lines = new ArrayList<>(Files.readAllLines(file()));

        tampering.apply(lines);
        Files.write(file(), lines);

        AuditVerifier.Verdict verdict = AuditVerifier.verify(data);
        assertThat(verdict.firstBad()).as(verdict.toString()).isEqualTo(tampering.firstBad);
        assertThat(verdict.reason()).isNotBlank();
    }

    @ParameterizedTest
    @EnumSource(names = {"CHANGED", "REMOVED", "SWAPPED", "CUT"})
    void aRestartDoesNotCoverItUp(Tampering tampering) throws IOException {
        writeTenLines();
        List<String> lines = new ArrayList<>(Files.readAllLines(file()));
        tampering.apply(lines);
        Files.write(file(), lines);

        try (AuditLog log = open()) {
            log.append(List.of(entry("later", "/users/eve")));
        }

        assertThat(AuditVerifier.verify(data).firstBad()).isEqualTo(tampering.firstBad);
    }

    @Test
    void aMissingOrForgedCheckpointIsFound() throws IOException {
        writeTenLines();
        Path checkpoint = AuditFiles.of(data).checkpoint();
        String signed = Files.readString(checkpoint);

        Files.writeString(checkpoint, signed.replaceAll("\"signature\":\"..", "\"signature\":\"AA"));
        assertThat(AuditVerifier.verify(data).ok()).isFalse();
        Files.delete(checkpoint);
        assertThat(AuditVerifier.verify(data).ok()).isFalse();
        Files.delete(file());
        assertThat(AuditVerifier.verify(data).firstBad()).isEqualTo(1);
    }

    @Test
    void theChainGoesOnAcrossRestarts() throws IOException {
        writeTenLines();
        try (AuditLog log = open()) {
            assertThat(log.sequence()).isEqualTo(10);
            log.append(List.of(entry("a", "/users/eve"), entry("b", "/users/eve")));
        }

        AuditVerifier.Verdict verdict = AuditVerifier.verify(data);

        assertThat(verdict.ok()).as(verdict.toString()).isTrue();
        assertThat(verdict.lines()).isEqualTo(13);
        assertThat(verdict.node()).isEqualTo("n1");
    }

    @Test
    void aTornLastLineIsCutAndRecorded() throws IOException {
        writeTenLines();
        Files.writeString(file(), "{\"seq\":11,\"time\":\"2026", StandardOpenOption.APPEND);
        assertThat(AuditVerifier.verify(data).firstBad()).isEqualTo(12);

        open().close();

        assertThat(AuditVerifier.verify(data).ok()).isTrue();
        assertThat(query(new AuditFilter(null, "audit.recovered", null, null)))
                .singleElement()
                .asString()
                .contains("\"tornBytes\":22");
    }

    @Test
    void linesThatACrashLeftWithoutACheckpointAreRecorded() throws IOException {
        writeTenLines();
        byte[] checkpoint = Files.readAllBytes(AuditFiles.of(data).checkpoint());
        try (AuditLog log = open()) {
            log.append(List.of(entry("last", "/users/eve")));
        }
        Files.write(AuditFiles.of(data).checkpoint(), checkpoint);

        open().close();

        assertThat(AuditVerifier.verify(data).ok()).isTrue();
        assertThat(query(new AuditFilter(null, "audit.recovered", null, null)))
                .singleElement()
                .asString()
                .contains("\"lastVouchedFor\":10,\"lastFound\":11");
    }

    @Test
    void keysAndLinesAreForTheOwnerAlone() throws IOException {
        writeTenLines();

        for (Path file :
                List.of(data.resolve("node.key"), file(), AuditFiles.of(data).checkpoint())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as(file.toString())
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void linesAreFoundByPluginActionAndUserAndPagedByCursor() {
        try (AuditLog log = open()) {
            log.append(List.of(
                    entry("plugin.granted", "/users/eve"),
                    new AuditEntry(
                            NOW, "query.run", "/plugins/stats", List.of("/users/bob"), "q1", "ok", "{\"rows\":3}"),
                    new AuditEntry(
                            NOW, "plugin.loaded", "/nodes/n1", List.of(), "dataprism.plugin.stats", "ok", "{}")));
        }

        assertThat(query(new AuditFilter("stats", null, null, null))).hasSize(2);
        assertThat(query(new AuditFilter(null, "plugin.*", null, null))).hasSize(2);
        assertThat(query(new AuditFilter(null, null, "bob", null)))
                .singleElement()
                .asString()
                .contains("\"onBehalfOf\":[\"/users/bob\"]", "\"details\":{\"rows\":3}");
    }

    @ParameterizedTest
    @CsvSource({"1, 1000000", "3, 1000000", "1000, 1", "1000, 600"})
    void pagesOfWhateverSizeHaveEveryLineOnceAndInOrder(int most, int bytes) {
        writeTenLines();
        AuditReader reader = new AuditReader(data, AuditFilter.ANY);
        List<Long> found = new ArrayList<>();
        AuditPage page = reader.page(AuditStart.FIRST, most, bytes);
        for (int pages = 1; !page.end(); pages++) {
            assertThat(page.lines()).isNotEmpty().hasSizeLessThanOrEqualTo(most);
            assertThat(pages).isLessThan(12);
            page.lines().forEach(line -> found.add(line.sequence()));
            page = reader.page(page.next(), most, bytes);
        }
        page.lines().forEach(line -> found.add(line.sequence()));
        assertThat(found).isEqualTo(LongStream.rangeClosed(1, 10).boxed().toList());
        assertThat(reader.page(page.next(), most, bytes).lines()).isEmpty();
    }

    @Test
    void readingGoesOnBehindALineOrATime() {
        for (int i = 1; i <= 5; i++) {
            try (AuditLog log = AuditLog.open(data, "n1", InstantSource.fixed(NOW))) {
                log.append(List.of(new AuditEntry(
                        NOW.plusSeconds(i), "action." + i, "/users/eve", List.of(), "target", "ok", "{}")));
            }
        }
        AuditReader reader = new AuditReader(data, AuditFilter.ANY);
        assertThat(reader.page(new AuditStart(3, 0, 0), 10, 10_000).lines())
                .extracting(AuditPage.Line::sequence)
                .containsExactly(4L, 5L);
        assertThat(reader.page(new AuditStart(0, NOW.plusSeconds(2).toEpochMilli(), 0), 10, 10_000)
                        .lines())
                .extracting(AuditPage.Line::sequence)
                .containsExactly(3L, 4L, 5L);
        assertThat(reader.page(new AuditStart(0, 0, 1_000_000), 10, 10_000).lines())
                .isEmpty();
    }

    private List<String> query(AuditFilter filter) {
        return new AuditReader(data, filter)
                .page(AuditStart.FIRST, 1_000, 1_000_000).lines().stream()
                        .map(AuditPage.Line::json)
                        .toList();
    }

    private void writeTenLines() {
        try (AuditLog log = open()) {
            for (int i = 1; i <= 10; i++) {
                log.append(List.of(entry("action." + i, "/users/eve")));
            }
        }
    }

    private AuditLog open() {
        return AuditLog.open(data, "n1", InstantSource.fixed(NOW));
    }

    private Path file() {
        return AuditFiles.of(data).lines();
    }

    private static AuditEntry entry(String action, String principal) {
        return new AuditEntry(NOW, action, principal, List.of(), "target", "ok", "{\"why\":\"test\"}");
    }
}
