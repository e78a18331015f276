package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.engine.KeepRequest;
import io.dataprism.core.engine.LoadRequest.Format;
import io.dataprism.core.engine.LoadRequest.Mode;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads that are wrong: each is refused with its row, column and value where they are known, and changes nothing. */
@Tag("longer")
class BadUploadTest {

    @TempDir
    static Path folder;

    private static EngineFixture fixture;

    @BeforeAll
    static void open() throws Exception {
        fixture = new EngineFixture(folder);
        fixture.csv("t", Mode.CREATE, "a,b,d\n1,x,2001-01-31\n");
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @AfterEach
    void nothingIsLeftOfIt() throws Exception {
        assertThat(fixture.engine.datasets().find("x")).isNull();
        assertThat(fixture.rows("SELECT count(*) FROM t")).containsExactly(List.of(1L));
        assertThat(fixture.engine.allocator().getAllocatedMemory()).isZero();
        try (Stream<Path> files = Files.list(folder.resolve("data/incoming"))) {
            assertThat(files).isEmpty();
        }
    }

    /** What is sent, and what is said about it; row -1 and column null: not known. */
    private record Bad(String name, Format format, Mode mode, byte[] bytes, long row, String column, String said) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static Bad csv(String name, byte[] bytes, long row, String column, String said) {
        return new Bad(name, Format.CSV, Mode.CREATE, bytes, row, column, said);
    }

    private static Bad append(Format format, String content, long row, String column, String said) {
        return new Bad(
                "append " + format + " " + said,
                format,
                Mode.APPEND,
                content.getBytes(StandardCharsets.UTF_8),
                row,
                column,
                said);
    }

    private static Bad json(Format format, String content, long row, String column, String said) {
        String name = content.length() > 60 ? content.substring(0, 60) : content;
        return new Bad(
                format + " " + name, format, Mode.CREATE, content.getBytes(StandardCharsets.UTF_8), row, column, said);
    }

    private static byte[] bytes(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            out.writeBytes(part instanceof byte[] raw ? raw : part.toString().getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    private static Stream<Bad> uploads() {
        Charset latin = StandardCharsets.ISO_8859_1;
        byte[] notUtf8 = {(byte) 0xC3, (byte) 0x28};
        return Stream.of(
                csv("nothing", bytes(), -1, null, "empty"),
                csv("a line end only", bytes("\n"), 0, "1", "must be the header"),
                csv("a header twice", bytes("a,b,A\n1,2,3\n"), 0, "A", "twice"),
                csv("UTF-16", "a,b\n1,x\n".getBytes(StandardCharsets.UTF_16), 0, "1", "UTF-16"),
                csv("UTF-16 without mark", "a,b\n1,x\n".getBytes(StandardCharsets.UTF_16LE), 0, "1", "UTF-16"),
                csv("Latin-1", "a,b\n1,größe\n".getBytes(latin), 1, "b", "not UTF-8: 'gr"),
                csv("Latin-1 in the header", "a,größe\n1,x\n".getBytes(latin), 0, "2", "not UTF-8"),
                csv(
                        "a late wrong byte",
                        bytes("a,b\n" + "1,x\n".repeat(200_000) + "2,", notUtf8, "\n"),
                        200_001,
                        "b",
                        "UTF-8"),
                csv("a NUL byte", bytes("a,b\n1,x\n2,y\0z\n"), 2, "b", "NUL byte after 'y"),
                csv("a NUL byte in a number", bytes("a,b\n1\0,x\n"), 1, "a", "NUL byte"),
                csv("a late short row", bytes("a,b\n" + "1,x\n".repeat(100_000) + "1\n"), 100_001, "b", "has 1 fields"),
                csv("a long row", bytes("a,b\n1,x\n2,y,z\n"), 2, "3", "has 3 fields and the header has 2"),
                csv("a short row after lines in quotes", bytes("a,b\n1,\"x\n\ny\"\n2\n"), 2, "b", "has 1 fields"),
                csv(
                        "mixed line ends",
                        bytes("a,b\r\n1,x\r\n2,y\n"),
                        2,
                        "b",
                        "ends with LF where the header ends with CRLF"),
                csv("a control character as name", bytes("a\u0001,b\n1,2\n"), 0, "1", "control character"),
                append(Format.CSV, "a,b,d\n2,y,2001-02-01\nzz,y,2001-02-01\n", 2, "a", "zz"),
                append(Format.CSV, "a,b,d\n" + "2,y,2001-02-01\n".repeat(50_000) + "3,y,soon\n", 50_001, "d", "soon"),
                append(Format.CSV, "a,c,d\n1,x,2001-01-01\n", -1, null, "[a, c, d]"),
                append(
                        Format.NDJSON,
                        "{\"a\":1,\"b\":\"\",\"d\":null}\n{\"a\":\"q\",\"b\":\"\",\"d\":null}\n",
                        2,
                        "a",
                        "q"),
                append(
                        Format.JSON,
                        "[{\"a\":1,\"b\":\"x\",\"d\":\"2001-01-01\"},{\"a\":1,\"b\":\"x\",\"d\":\"soon\"}]",
                        2,
                        "d",
                        "soon"),
                append(Format.NDJSON, "{\"a\":1}\n", -1, null, "[a]"),
                json(Format.JSON, "{\"a\":1}", 0, null, "begins with '{'"),
                json(Format.JSON, "5", 0, null, "begins with '5'"),
                json(Format.JSON, "null", 0, null, "begins with 'n'"),
                json(Format.JSON, " ", 0, null, "no value"),
                json(Format.JSON, "[]", 0, null, "no objects"),
                json(Format.JSON, "[{}]", -1, null, "no object has a member"),
                json(Format.JSON, "[{\"a\":1},2]", 2, null, "no object: it begins with '2'"),
                json(Format.JSON, "[{\"a\":1}] x", 1, null, "after the array stands 'x'"),
                json(Format.JSON, "[{\"a\":1}][{\"a\":2}]", 1, null, "after the array stands '['"),
                json(Format.JSON, "[{\"a\":1}", 1, null, "ends within the array"),
                json(Format.JSON, "[{\"a\":1},]", 2, null, "expected a value"),
                json(Format.JSON, "[{\"a\":1},\n{\"a\":}]", 2, "a", "line 2, character 6"),
                json(Format.JSON, "[{\"a\":1,\"a\":2}]", 1, "a", "Duplicate field 'a'"),
                json(
                        Format.JSON,
                        "[{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}]",
                        1,
                        null,
                        "levels deep"),
                json(
                        Format.NDJSON,
                        "{\"a\":" + "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_001) + "\n",
                        1,
                        null,
                        "levels deep"),
                json(Format.NDJSON, "{\"a\":1}\n5\n", 2, null, "no object"),
                json(Format.NDJSON, "{\"a\":1}{\"a\":2}\n", 2, null, "on the line of the row before it"),
                json(Format.NDJSON, "{\n\"a\":1\n}\n", 1, null, "more than one line"),
                json(Format.NDJSON, "{\"a\":1}\n".repeat(100_000) + "{\"a\":tru}\n", 100_001, "a", "tru"),
                json(Format.NDJSON, "{\"a\":1}\n{\"a\":\"\\ud800\"}\n", 2, "a", "half of a surrogate pair"),
                json(Format.JSON, "[{\"a\":1},{\"b\":{\"c\":[\"x\\udc00\"]}}]", 2, "b", "half of a surrogate pair"),
                json(Format.JSON, "[{\"a\":1},\n{\"a\":[1 2]}]", 2, "a", "(line 2, character 9)"),
                json(Format.NDJSON, "\n\n", 0, null, "no objects"),
                new Bad(
                        "JSON in Latin-1",
                        Format.JSON,
                        Mode.CREATE,
                        "[{\"a\":\"größe\"}]".getBytes(latin),
                        1,
                        "a",
                        "UTF-8"),
                new Bad(
                        "JSON in UTF-16",
                        Format.JSON,
                        Mode.CREATE,
                        "[]".getBytes(StandardCharsets.UTF_16),
                        0,
                        null,
                        "UTF-16"));
    }

    @ParameterizedTest
    @MethodSource("uploads")
    void aBadUploadIsRefusedWithWhereAndWhat(Bad bad) throws Exception {
        DataPrismException failure = refused(bad.format(), bad.mode(), bad.bytes());

        assertThat(failure.detail()).contains(bad.said()).doesNotContain(folder.toString());
        if (bad.row() >= 0) {
            assertThat(failure.members()).as(failure.detail()).containsEntry("row", bad.row());
        }
        if (bad.column() != null) {
            assertThat(failure.members()).as(failure.detail()).containsEntry("column", bad.column());
        }
    }

    private static DataPrismException refused(Format format, Mode mode, byte[] bytes) throws Exception {
        Path upload = fixture.file("upload", bytes);
        String table = mode == Mode.APPEND ? "t" : "x";
        DataPrismException failure =
                catchThrowableOfType(DataPrismException.class, () -> fixture.load(table, mode, format, upload));
        assertThat(failure).as("a refusal").isNotNull();
        assertThat(failure.code()).as(failure.detail()).isEqualTo(ErrorCode.DATA_INVALID);
        return failure;
    }

    @ParameterizedTest
    @CsvSource({"true, closed", "false, open"})
    void aFieldOfAHundredMegabytesIsRefusedWithItsRow(boolean closed) throws Exception {
        byte[] field = new byte[100 << 20];
        Arrays.fill(field, (byte) 'q');

        DataPrismException failure =
                refused(Format.CSV, Mode.CREATE, bytes("a,b\n1,x\n2,\"", field, closed ? "\"\n" : "\n"));

        assertThat(failure.members()).containsEntry("row", 2L).containsEntry("column", "b");
        assertThat(failure.detail()).contains("'qqqq", "16777216 bytes").hasSizeLessThan(300);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CSV    | a,b;                        | 0",
                "CSV    | a,b                         | 0",
                "CSV    | a;1;;2;                     | 3",
                "CSV    | ,a;1,2;                     | 1",
                "CSV    | a,b;1,2;;;                  | 1",
                "JSON   | [{\"a\":NaN},{\"a\":-Infinity}] | 2",
                "JSON   | [{\"a\":1,\"A\":2}]         | 1",
                "NDJSON | {\"a\":1};;{\"a\":2}        | 2",
                "NDJSON | {\"a\":\"}{][\\\"\"};{\"a\":\"\\\\\"} | 2"
            })
    void whatIsUnusualAndRightIsLoaded(Format format, String lines, long rows) throws Exception {
        for (String end : List.of("\n", "\r\n")) {
            // the engine knows no mark before lines of JSON, and says so
            byte[] mark = format == Format.NDJSON ? new byte[0] : new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
            Path upload = fixture.file("upload", bytes(mark, lines.strip().replace(";", end)));
            assertThat(fixture.load("x", Mode.CREATE, format, upload).table().rows())
                    .isEqualTo(rows);
            fixture.engine.datasets().drop("x", null);
        }
    }

    @Test
    void aParquetFileThatIsCutOrChangedIsRefusedOrReadButNeverEndsTheProcess() throws Exception {
        StringBuilder rows = new StringBuilder("n,text\n");
        for (int i = 0; i < 3_000; i++) {
            rows.append(i * 7919L % 1_000_003)
                    .append(",v")
                    .append(Long.toString(i * 104_729L % 999_983, 36))
                    .append('\n');
        }
        fixture.csv("source", Mode.CREATE, rows.toString());
        String digest =
                fixture.engine.datasets().find("source").files().getFirst().sha256();
        byte[] whole = Files.readAllBytes(folder.resolve("data/blobs/sha256")
                .resolve(digest.substring(0, 2))
                .resolve(digest));
        for (int length : new int[] {1, 4, 8, 12, 100, whole.length / 2, whole.length - 8, whole.length - 1}) {
            refused(Format.PARQUET, Mode.CREATE, Arrays.copyOf(whole, length));
        }
        byte[] encrypted = whole.clone();
        encrypted[3] = 'E';
        encrypted[encrypted.length - 1] = 'E';
        assertThat(refused(Format.PARQUET, Mode.CREATE, encrypted).detail()).contains("encrypted");

        long seed = System.nanoTime();
        System.out.println("Changing bytes of a Parquet file by seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            byte[] changed = whole.clone();
            int at = i % 2 == 0 ? random.nextInt(whole.length) : whole.length - 1 - random.nextInt(400);
            changed[at] ^= (byte) (1 << random.nextInt(8));
            loadOrRefuse(Format.PARQUET, changed, "byte " + at + " of seed " + seed);
        }
        fixture.engine.datasets().drop("source", null);
    }

    @Test
    void anArrowStreamThatLiesIsRefusedOrReadButNeverEndsTheProcessNorLeaks() throws Exception {
        long seed = System.nanoTime();
        System.out.println("Changing bytes of Arrow uploads by seed " + seed);
        Random random = new Random(seed);
        for (Format format : List.of(Format.ARROW_STREAM, Format.ARROW_FILE)) {
            byte[] whole = ArrowSamples.nested(format == Format.ARROW_FILE);
            for (int i = 0; i < 150; i++) {
                byte[] changed = ArrowSamples.changed(whole, random);
                loadOrRefuse(format, changed, "change " + i + " of seed " + seed);
                assertThat(fixture.engine.allocator().getAllocatedMemory())
                        .as("leaked, change %d of seed %d", i, seed)
                        .isZero();
            }
        }
    }

    @Test
    void anArrowIndexOutsideOfItsDictionaryIsNamed() throws Exception {
        assertThat(refused(Format.ARROW_STREAM, Mode.CREATE, ArrowSamples.outsideOfDictionary())
                        .detail())
                .contains("the index 99 is outside of its dictionary");
    }

    @Test
    void deeplyNestedArrowIsRefused() throws Exception {
        assertThat(refused(Format.ARROW_STREAM, Mode.CREATE, ArrowSamples.deep(40))
                        .detail())
                .contains("levels deep");
    }

    /** These types are cast back from what a file has, so that a file may have texts there. */
    @ParameterizedTest
    @ValueSource(strings = {"HUGEINT", "TIME WITH TIME ZONE", "INTERVAL", "BIT", "TIMESTAMP_S"})
    void aValueThatDoesNotFitATableIsFoundInEachFormat(String type) throws Exception {
        QuerySpec some = fixture.spec("SELECT 1 AS a, NULL::" + type + " AS v");
        EngineFixture.await(fixture.engine.keep(new KeepRequest("fits", Mode.REPLACE, null, some), fixture.ends::add));
        String rows = "SELECT CASE WHEN range > 4998 THEN 'nonsense' END AS v, 1::INTEGER AS a FROM range(5000)";
        Path parquet = folder.resolve("texts.parquet");
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("COPY (SELECT a, v FROM (" + rows + ")) TO '" + parquet + "' (FORMAT parquet)");
        }
        byte[] json = ("{\"a\":1,\"v\":null}\n".repeat(4_999) + "{\"a\":1,\"v\":\"nonsense\"}\n")
                .getBytes(StandardCharsets.UTF_8);
        for (Map.Entry<Format, byte[]> each : Map.of(
                        Format.PARQUET, Files.readAllBytes(parquet),
                        Format.ARROW_STREAM, ArrowSamples.onesAndText("a", "v", 5_000, "nonsense"),
                        Format.NDJSON, json)
                .entrySet()) {
            Path upload = fixture.file("upload", each.getValue());
            DataPrismException failure = catchThrowableOfType(
                    DataPrismException.class, () -> fixture.load("fits", Mode.APPEND, each.getKey(), upload));
            assertThat(failure.code()).as(failure.detail()).isEqualTo(ErrorCode.DATA_INVALID);
            assertThat(failure.members())
                    .as(each.getKey() + ": " + failure.detail())
                    .containsEntry("row", 5_000L)
                    .containsEntry("column", "v");
            assertThat(failure.detail()).contains("'nonsense' is no " + type);
        }
        fixture.engine.datasets().drop("fits", null);
    }

    private static void loadOrRefuse(Format format, byte[] bytes, String which) throws Exception {
        Path upload = fixture.file("upload", bytes);
        try {
            fixture.load("x", Mode.CREATE, format, upload);
            fixture.rows("FROM x");
            fixture.engine.datasets().drop("x", null);
        } catch (DataPrismException refusal) {
            assertThat(refusal.code()).as(which + ": " + refusal.detail()).isEqualTo(ErrorCode.DATA_INVALID);
            assertThat(refusal.detail()).as(which).doesNotContain(folder.toString());
        }
    }
}
