package io.dataprism.plugins.csvfolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import io.dataprism.plugin.PluginException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Files and the rows in them; {@code CsvFolderIT} has the plugin in the real sandbox. */
class CsvFilesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path path;

    private final RootAllocator allocator = new RootAllocator();

    @AfterEach
    void nothingIsLeft() {
        allocator.close();
    }

    @Test
    void quotesNullsAndLineBreaksAreReadAsTheStandardHasThem() throws Exception {
        write("a.csv", "\uFEFFid,\"te\"\"xt\",c\r\n1,\"a,b\r\nc \"\"d\"\"\",\r\n\r\n2,,\"\"\n3,x,y");
        assertThat(read("a.csv"))
                .containsExactly(
                        Arrays.asList("1", "a,b\r\nc \"d\"", null),
                        Arrays.asList("2", null, ""),
                        List.of("3", "x", "y"));
        write("a.tsv", "a\tb\n1,5\t2\n");
        assertThat(read("a.tsv")).containsExactly(List.of("1,5", "2"));
        write("one.csv", "only\n\n1\n");
        assertThat(read("one.csv")).containsExactly(Arrays.asList((String) null), List.of("1"));
        write("none.csv", "a,b\n");
        assertThat(read("none.csv")).isEmpty();
    }

    @Test
    void typesAreThoseThatTakeEveryValueOfTheWholeFile() throws Exception {
        String rows = IntStream.range(0, 20_000)
                .mapToObj(row -> "%d,%d,%s,2001-01-%02d,2001-01-31 10:00:%02d,%s,0%d,,9223372036854775808"
                        .formatted(row, row, row % 2 == 0, row % 28 + 1, row % 60, row == 19_999 ? "x" : row, row))
                .collect(Collectors.joining("\n"));
        write("t.csv", "a,b,c,d,e,late,zero,nothing,large\n" + rows + "\n1,0.5,true,2001-01-01,2001-01-01,1,01,,1\n");
        assertThat(scan("t.csv", Map.of()).types())
                .containsExactly(
                        ColumnType.BIGINT,
                        ColumnType.DOUBLE,
                        ColumnType.BOOLEAN,
                        ColumnType.DATE,
                        ColumnType.TIMESTAMP,
                        ColumnType.VARCHAR,
                        ColumnType.VARCHAR,
                        ColumnType.VARCHAR,
                        ColumnType.VARCHAR);
        assertThat(read("t.csv"))
                .hasSize(20_001)
                .last()
                .asList()
                .startsWith("1", "0.5", "true", "2001-01-01", "2001-01-01 00:00:00");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,b~1,2~3~| has 1 fields in row 2, and 2 columns",
                "a,b~1,2~3,'4| ends inside quotes that begin in row 2",
                "a,b~1,'2'x| has text after the closing quote in row 1, column 2",
                "a,a~1,2| has the column 'a' twice in its header",
                "a,~1,2| has no name for column 2 in its header",
                "''| is empty: it has not even a header",
            })
    void whatIsWrongIsNamedWithItsRowAndColumn(String content, String problem) throws Exception {
        write("bad.csv", content.replace('~', '\n').replace('\'', '"').replace("\"\"", ""));
        assertThatThrownBy(() -> read("bad.csv"))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("The file 'bad.csv'")
                .hasMessageContaining(problem.strip());
    }

    @Test
    void aValueThatIsNotOfTheTypeAskedForIsNamed() throws Exception {
        write("v.csv", "age,name\n1,a\nold,b\n");
        assertThatThrownBy(() -> scan("v.csv", Map.of("age", ColumnType.BIGINT)))
                .hasMessage("The file 'v.csv' has 'old' in row 2, column 'age', which is no BIGINT.");
        assertThatThrownBy(() -> scan("v.csv", Map.of("size", ColumnType.BIGINT)))
                .hasMessageContaining("none of the columns");
        assertThat(scan("v.csv", Map.of("name", ColumnType.VARCHAR)).types())
                .containsExactly(ColumnType.VARCHAR, ColumnType.VARCHAR);
    }

    @Test
    void whatIsNoTextOrNotPackedOrTooLongIsRefused() throws Exception {
        Files.write(path.resolve("latin.csv"), "a\n\u00e4\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> read("latin.csv")).hasMessageContaining("is not UTF-8");
        write("plain.csv.gz", "a\n1\n");
        assertThatThrownBy(() -> read("plain.csv.gz")).hasMessageContaining("not in the form of gzip");
        byte[] whole = packed("a\n" + "1\n".repeat(100_000));
        Files.write(path.resolve("cut.csv.gz"), Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> read("cut.csv.gz"))
                .isInstanceOfSatisfying(
                        PluginException.class, known -> assertThat(known.code()).isEqualTo("REQUEST_INVALID"));
        Files.write(path.resolve("good.csv.gz"), whole);
        assertThat(read("good.csv.gz")).hasSize(100_000);
        write("long.csv", "a\n" + "x".repeat(CsvParser.FIELD_CHARACTERS + 1));
        assertThatThrownBy(() -> read("long.csv")).hasMessageContaining("in row 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret.csv",
                "..",
                "/etc/passwd",
                "a/b.csv",
                "a\\b.csv",
                ".hidden.csv",
                "secret.txt",
                "x\u0000.csv"
            })
    void aNameNeverLeadsOutOfTheFolder(String name) {
        assertThatThrownBy(() -> CsvFile.named(name))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("without a path");
    }

    @Test
    void linksAreNeitherListedNorReadWhereverTheyLead() throws Exception {
        Path inside = Files.createDirectory(path.resolve("inside"));
        write("secret.csv", "a\n1\n");
        Files.createSymbolicLink(inside.resolve("link.csv"), path.resolve("secret.csv"));
        Files.createDirectory(inside.resolve("folder.csv"));
        Files.writeString(inside.resolve("real.csv"), "a\n1\n");
        Files.createSymbolicLink(inside.resolve("near.csv"), Path.of("real.csv"));
        Folder folder = new Folder(inside);
        assertThat(folder.files()).extracting(CsvFile::name).containsExactly("real.csv");
        for (String name : List.of("link.csv", "near.csv", "folder.csv")) {
            assertThatThrownBy(() -> folder.open(new CsvFile(name)))
                    .hasMessageContaining("is a link or something else");
        }
        assertThatThrownBy(() -> folder.open(new CsvFile("absent.csv")))
                .hasMessageContaining("There is no file 'absent.csv'");
    }

    @Test
    void aFileThatIsChangedInPlaceWhileItIsReadGivesAnErrorAndNoMixture() throws Exception {
        String old = "a\n" + "old\n".repeat(100_000);
        write("c.csv", old);
        List<String> seen = new ArrayList<>();
        StepVerifier.create(batches("c.csv"), 1)
                .consumeNextWith(batch -> take(batch, seen))
                .then(() -> writeUnchecked("c.csv", old.replace("old", "new")))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(batch -> true, batch -> take(batch, seen))
                .expectErrorSatisfies(
                        failure -> assertThat(failure).hasMessageContaining("was changed while it was read"))
                .verify(PATIENCE);
        assertThat(seen).hasSizeLessThan(100_000 + 1);
    }

    @Test
    void aFileThatIsReplacedWhileItIsReadGivesTheOldContent() throws Exception {
        write("r.csv", "a\n" + "old\n".repeat(100_000));
        List<String> seen = new ArrayList<>();
        StepVerifier.create(batches("r.csv"), 1)
                .consumeNextWith(batch -> take(batch, seen))
                .then(() -> {
                    writeUnchecked("new", "a\nnew\n");
                    try {
                        Files.move(path.resolve("new"), path.resolve("r.csv"), StandardCopyOption.ATOMIC_MOVE);
                    } catch (IOException failure) {
                        throw new AssertionError(failure);
                    }
                })
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(batch -> true, batch -> take(batch, seen))
                .expectComplete()
                .verify(PATIENCE);
        assertThat(seen).hasSize(100_000).containsOnly("old");
    }

    @Test
    void aCancelledReadClosesTheFile() throws Exception {
        write("c.csv", "a\n" + "old\n".repeat(100_000));
        StepVerifier.create(batches("c.csv"), 1)
                .consumeNextWith(Batch::close)
                .thenCancel()
                .verify(PATIENCE);
        org.awaitility.Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            try (var files = Files.list(Path.of("/proc/self/fd"))) {
                assertThat(files.filter(each -> leadsTo(each, path.resolve("c.csv"))))
                        .isEmpty();
            }
        });
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void aFileIsWrittenWholeOrNotAtAllAndReadAsItWas() throws Exception {
        List<List<String>> rows = List.of(
                Arrays.asList("plain", null),
                List.of("", "\"quoted\", \r\n"),
                List.of(" spaced ", "ä\t"),
                Arrays.asList(null, "1"));
        for (String name : List.of("w.csv", "w.tsv", "w.csv.gz")) {
            CsvFile file = CsvFile.named(name);
            var written = Objects.requireNonNull(CsvWrite.of(
                            new Folder(path), file, false, Flux.defer(() -> Flux.just(batch(rows), batch(rows))))
                    .block(PATIENCE));
            assertThat(written.rows()).isEqualTo(8);
            assertThat(read(name))
                    .containsExactlyElementsOf(
                            Flux.just(rows, rows).flatMapIterable(each -> each).toIterable());
            assertThat(scan(name, Map.of()).digest()).isEqualTo(written.digest());
            assertThatThrownBy(() -> CsvWrite.of(
                                    new Folder(path), file, false, Flux.defer(() -> Flux.just(batch(rows))))
                            .block(PATIENCE))
                    .hasMessageContaining("is there already");
            assertThatThrownBy(() -> CsvWrite.of(
                                    new Folder(path),
                                    file,
                                    true,
                                    Flux.defer(() -> Flux.just(batch(rows)))
                                            .concatWith(Flux.error(new IllegalStateException("broken off"))))
                            .block(PATIENCE))
                    .hasMessage("broken off");
            assertThat(read(name)).hasSize(8);
        }
        try (var left = Files.list(path)) {
            assertThat(left.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrder("w.csv", "w.tsv", "w.csv.gz");
        }
    }

    @ParameterizedTest
    @CsvSource({"Flights 2001.csv,flights_2001", "2001.tsv,_2001", "a.csv.gz,a", "\u00dcber-sicht.CSV,_ber_sicht"})
    void aTableIsCalledLikeItsFile(String name, String table) {
        assertThat(CsvFile.named(name).table("")).isEqualTo(table);
    }

    private Batch batch(List<List<String>> rows) {
        VectorSchemaRoot root =
                VectorSchemaRoot.of(new VarCharVector("a", allocator), new VarCharVector("b", allocator));
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < 2; column++) {
                String value = rows.get(row).get(column);
                VarCharVector to = (VarCharVector) root.getVector(column);
                if (value == null) {
                    to.setNull(row);
                } else {
                    to.setSafe(row, value.getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        root.setRowCount(rows.size());
        return new Batch(root);
    }

    private static byte[] packed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(path.resolve(name), content);
    }

    private void writeUnchecked(String name, String content) {
        try {
            write(name, content);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private CsvScan scan(String name, Map<String, ColumnType> types) throws IOException {
        try (var source = new Folder(path).open(CsvFile.named(name))) {
            return CsvScan.of(source, types);
        }
    }

    private Flux<Batch> batches(String name) {
        return new CsvReading(new Folder(path), CsvFile.named(name), Map.of(), null)
                .batches(
                        allocator,
                        (state, digest) -> assertThat(state.toJson(digest)).containsEntry("digest", digest));
    }

    private static void take(Batch batch, List<String> into) {
        try (batch) {
            for (int row = 0; row < batch.rowCount(); row++) {
                into.add(Cells.text(batch.root().getVector(0), row));
            }
        }
    }

    private List<List<String>> read(String name) {
        List<List<String>> rows = new ArrayList<>();
        batches(name)
                .doOnNext(batch -> {
                    try (batch) {
                        for (int row = 0; row < batch.rowCount(); row++) {
                            List<String> values = new ArrayList<>();
                            for (FieldVector column : batch.root().getFieldVectors()) {
                                values.add(column.isNull(row) ? null : Cells.text(column, row));
                            }
                            rows.add(values);
                        }
                    }
                })
                .blockLast(PATIENCE);
        return rows;
    }
}
