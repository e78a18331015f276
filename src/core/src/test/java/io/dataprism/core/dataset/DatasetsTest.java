package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.LoadRequest.Format;
import io.dataprism.core.engine.LoadRequest.Mode;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.TableScope;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetsTest {

    @TempDir
    Path folder;

    private EngineFixture fixture;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void reopen() {
        fixture.close();
        fixture = new EngineFixture(folder);
    }

    private interface Call {
        void run() throws Exception;
    }

    private static DataPrismException failure(Call call) {
        return catchThrowableOfType(DataPrismException.class, call::run);
    }

    private List<Path> blobs() throws Exception {
        try (Stream<Path> files = Files.walk(folder.resolve("data/blobs"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private void assertNothingIncoming() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("data/incoming"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void theTypesOfACsvComeFromTheWholeFile() throws Exception {
        String rows = "1,2001-01-31,1.5,true,\n".repeat(30_000) + "x,2001-02-01,2,false,\"\"\n";
        var loaded = fixture.csv("t", Mode.CREATE, "a,b,c,d,e\n" + rows);

        assertThat(loaded.created()).isTrue();
        assertThat(loaded.table().rows()).isEqualTo(30_001);
        assertThat(loaded.table().version()).isEqualTo(1);
        assertThat(loaded.table().columns())
                .extracting("type")
                .containsExactly("VARCHAR", "DATE", "DOUBLE", "BOOLEAN", "VARCHAR");
        assertThat(fixture.rows("SELECT count(e), count(*) FROM t")).containsExactly(List.of(1L, 30_001L));
        assertNothingIncoming();
    }

    @Test
    void tablesSurviveARestart() throws Exception {
        fixture.csv("t", Mode.CREATE, "a\n1\n2\n");
        fixture.csv("t", Mode.APPEND, "a\n3\n");
        reopen();

        assertThat(fixture.rows("SELECT sum(a) FROM t")).containsExactly(List.of(new BigDecimal(6)));
        assertThat(fixture.engine.datasets().find("t").versions())
                .extracting("version")
                .containsExactly(1L, 2L);
    }

    @Test
    void whatAKilledLoadLeftIsCleanedAndTheOldVersionStays() throws Exception {
        fixture.csv("t", Mode.CREATE, "a\n1\n");
        Files.writeString(folder.resolve("data/incoming/half.parquet"), "PAR1");
        Files.writeString(folder.resolve("data/tables/t.draft"), "{\"formatVersion\"");
        Path orphan =
                Files.createDirectories(folder.resolve("data/blobs/sha256/ab")).resolve("ab" + "0".repeat(62));
        Files.writeString(orphan, "never published");
        reopen();

        assertThat(fixture.rows("FROM t")).containsExactly(List.of(1L));
        assertThat(orphan).doesNotExist();
        assertThat(blobs()).hasSize(1);
        assertNothingIncoming();
    }

    @Test
    void replacingKeepsTheOldRowsForWhoReadsThem() throws Exception {
        fixture.csv("t", Mode.CREATE, "a\n" + "1\n".repeat(500_000));
        OpenedQuery reading = fixture.open(fixture.spec("FROM t"));

        assertThat(fixture.csv("t", Mode.REPLACE, "b\nx\n").created()).isFalse();

        assertThat(fixture.rows("FROM t")).containsExactly(List.of("x"));
        long rows = reading.batches()
                .map(batch -> {
                    try (batch) {
                        return (long) batch.rowCount();
                    }
                })
                .reduce(0L, Long::sum)
                .block(EngineFixture.TIMEOUT);
        assertThat(rows).isEqualTo(500_000);
        assertThat(blobs()).as("both versions can be read").hasSize(2);
    }

    @Test
    void aDroppedTablesVersionsAreNotUsedAgain() throws Exception {
        fixture.csv("t", Mode.CREATE, "a\n1\n");
        fixture.csv("t", Mode.REPLACE, "a\n2\n");
        fixture.engine.datasets().drop("t", null);
        reopen();

        assertThat(fixture.csv("t", Mode.CREATE, "a\n3\n").table().version()).isEqualTo(3);
        assertThat(fixture.csv("u", Mode.CREATE, "a\n3\n").table().version()).isEqualTo(1);
    }

    @Test
    void aStatementThatIsRunInsideAnotherMayEndInACommentOrASemicolon() {
        for (String end : List.of("", ";", " ; -- ;", " /* ) */", "-- )\n;")) {
            assertThat(fixture.rows("SELECT INTERVAL '1 day' AS i, 'x;' AS t" + end))
                    .hasSize(1);
        }
    }

    @Test
    void aTableIsDroppedOnlyAtTheVersionThatWasMeant() throws Exception {
        fixture.csv("t", Mode.CREATE, "a\n1\n");
        fixture.csv("t", Mode.REPLACE, "a\n2\n");

        assertThat(failure(() -> fixture.engine.datasets().drop("t", 1L)).code())
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(fixture.rows("FROM t")).containsExactly(List.of(2L));
        fixture.engine.datasets().drop("t", 2L);
        assertThat(fixture.failure(fixture.spec("FROM t")).code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
    }

    @Test
    void theSameBytesTwiceAreOneBlobAndDroppingOneTableKeepsTheOther() throws Exception {
        fixture.csv("t", Mode.CREATE, "a\n1\n");
        fixture.csv("u", Mode.CREATE, "a\n1\n");
        assertThat(blobs()).hasSize(1);

        fixture.engine.datasets().drop("t", null);

        assertThat(fixture.rows("FROM u")).containsExactly(List.of(1L));
        assertThat(failure(() -> fixture.engine.datasets().drop("t", null)).code())
                .isEqualTo(ErrorCode.TABLE_NOT_FOUND);
        assertThat(fixture.failure(fixture.spec("FROM t")).code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
        fixture.engine.datasets().drop("u", null);
        assertThat(blobs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "REQUEST_INVALID, Flights, CREATE,",
        "REQUEST_INVALID, 1a, CREATE,",
        "REQUEST_INVALID, ../x, CREATE,",
        "TABLE_EXISTS, t, CREATE,",
        "TABLE_NOT_FOUND, u, APPEND,",
        "PRECONDITION_FAILED, t, REPLACE, 2",
        "PRECONDITION_FAILED, u, CREATE, 1",
        "DATA_INVALID, t, APPEND,"
    })
    void aLoadThatMayNotBeChangesNothing(ErrorCode code, String table, Mode mode, Long ifMatch) throws Exception {
        fixture.csv("t", Mode.CREATE, "a\n1\n");
        Path upload = fixture.file("upload.csv", "other\n1\n");

        DataPrismException failure = failure(
                () -> fixture.engine.datasets().load(new LoadRequest(table, mode, Format.CSV, upload, ifMatch)));

        assertThat(failure.code()).as(failure.detail()).isEqualTo(code);
        assertThat(upload).doesNotExist();
        assertThat(fixture.rows("FROM t")).containsExactly(List.of(1L));
        assertThat(fixture.engine.datasets().tables(TableScope.everything())).hasSize(1);
        assertNothingIncoming();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,b;1,2;3            | 2 | b",
                "a,b;1,2;3,4,5        | 2 | 3",
                "a,b;1,2;3,\"x        | 2 | b",
                "a,b;1,2;3,\"x\"y;5,6 | 2 | b"
            })
    void aBadCsvIsRefusedWithRowAndColumn(String lines, long row, String column) {
        DataPrismException failure =
                failure(() -> fixture.csv("t", Mode.CREATE, lines.trim().replace(";", "\n") + "\n"));

        assertThat(failure.code()).isEqualTo(ErrorCode.DATA_INVALID);
        assertThat(failure.members())
                .as(failure.detail())
                .containsEntry("row", row)
                .containsEntry("column", column);
        assertThat(failure.detail()).doesNotContain(folder.toString());
        assertThat(fixture.engine.datasets().tables(TableScope.everything())).isEmpty();
    }

    @Test
    void appendedValuesMustFitTheColumns() throws Exception {
        fixture.csv("t", Mode.CREATE, "a,b\n1,x\n");

        DataPrismException failure = failure(() -> fixture.csv("t", Mode.APPEND, "a,b\n2,y\nz,y\n"));

        assertThat(failure.code()).isEqualTo(ErrorCode.DATA_INVALID);
        assertThat(failure.members()).containsEntry("row", 2L).containsEntry("column", "a");
        fixture.csv("t", Mode.APPEND, "a,b\n3,4\n");
        assertThat(fixture.rows("FROM t")).containsExactly(List.of(1L, "x"), List.of(3L, "4"));
    }

    @Test
    void filesThatAreNotWhatTheyShouldBeAreRefused() throws Exception {
        for (Format format : Format.values()) {
            if (format == Format.CSV) {
                continue;
            }
            Path upload =
                    fixture.file("upload", "this is nothing of that kind at all, but long enough to be something");
            DataPrismException failure = failure(() -> fixture.load("t", Mode.CREATE, format, upload));
            assertThat(failure.code()).as(format + ": " + failure.detail()).isEqualTo(ErrorCode.DATA_INVALID);
            assertThat(failure.detail()).doesNotContain(folder.toString());
        }
        Path empty = fixture.file("empty", "");
        assertThat(failure(() -> fixture.load("t", Mode.CREATE, Format.CSV, empty))
                        .code())
                .isEqualTo(ErrorCode.DATA_INVALID);
        byte[] latin = {'a', '\n', (byte) 0xff, (byte) 0xfe, '\n'};
        Path notUtf8 = fixture.file("latin", latin);
        assertThat(failure(() -> fixture.load("t", Mode.CREATE, Format.CSV, notUtf8))
                        .code())
                .isEqualTo(ErrorCode.DATA_INVALID);
        assertThat(fixture.engine.datasets().tables(TableScope.everything())).isEmpty();
        assertNothingIncoming();
    }

    @Test
    void jsonIsLoadedFromLinesAndFromAnArray() throws Exception {
        fixture.load(
                "lines",
                Mode.CREATE,
                Format.NDJSON,
                fixture.file("x.ndjson", "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":null}\n"));
        fixture.load("items", Mode.CREATE, Format.JSON, fixture.file("x.json", "[{\"a\":1,\"b\":\"x\"},{\"a\":2}]"));

        assertThat(fixture.rows("FROM lines")).containsExactly(List.of(1L, "x"), Arrays.asList(2L, null));
        assertThat(fixture.rows("FROM items")).isEqualTo(fixture.rows("FROM lines"));
    }

    @Test
    void arrowIsLoadedFromAStreamAndFromAFile() throws Exception {
        fixture.load("s", Mode.CREATE, Format.ARROW_STREAM, fixture.file("x.arrows", arrow(false)));
        fixture.load("f", Mode.CREATE, Format.ARROW_FILE, fixture.file("x.arrow", arrow(true)));

        assertThat(fixture.rows("FROM s")).containsExactly(List.of(7L, "x"));
        assertThat(fixture.rows("FROM f")).containsExactly(List.of(7L, "x"));
    }

    private byte[] arrow(boolean file) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BigIntVector numbers = new BigIntVector("n", fixture.engine.allocator());
        VarCharVector texts = new VarCharVector("t", fixture.engine.allocator());
        numbers.setSafe(0, 7);
        texts.setSafe(0, "x".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        numbers.setValueCount(1);
        texts.setValueCount(1);
        try (VectorSchemaRoot root = VectorSchemaRoot.of(numbers, texts);
                var writer = file
                        ? new ArrowFileWriter(root, null, Channels.newChannel(out))
                        : new ArrowStreamWriter(root, null, out)) {
            root.setRowCount(1);
            writer.start();
            writer.writeBatch();
            writer.end();
        }
        return out.toByteArray();
    }

    @Test
    void theSampleIsLoadedOnceInTheLifeOfADataFolder() throws Exception {
        fixture.engine.datasets().loadSampleOnce();
        assertThat(fixture.rows("SELECT count(*), sum(delay), sum(distance) FROM flights"))
                .containsExactly(List.of(300_000L, new BigDecimal(2_017_798), new BigDecimal(219_890_529)));

        fixture.engine.datasets().drop("flights", null);
        fixture.engine.datasets().loadSampleOnce();
        reopen();
        fixture.engine.datasets().loadSampleOnce();

        assertThat(fixture.engine.datasets().tables(TableScope.everything())).isEmpty();
    }

    @Test
    void threeMillionFlightsAreAllThere() throws Exception {
        Path source = fullFlights();
        Assumptions.assumeTrue(source != null, "shared/data/flights-3m.parquet is not beside this checkout");
        Path upload = Files.copy(source, folder.resolve("upload.parquet"));

        var loaded = fixture.load("flights", Mode.CREATE, Format.PARQUET, upload);

        assertThat(loaded.table().rows()).isEqualTo(3_000_000);
        assertThat(fixture.rows("SELECT sum(delay), sum(distance), count(DISTINCT origin) FROM flights"))
                .containsExactly(List.of(new BigDecimal(20_003_603), new BigDecimal(2_194_861_208L), 229L));
        long rows = fixture.open(fixture.spec("FROM flights"))
                .batches()
                .map(batch -> {
                    try (batch) {
                        return (long) batch.rowCount();
                    }
                })
                .reduce(0L, Long::sum)
                .block(EngineFixture.TIMEOUT);
        assertThat(rows).isEqualTo(3_000_000);
    }

    private static Path fullFlights() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path candidate = at.resolve("shared/data/flights-3m.parquet");
            if (Files.exists(candidate)) {
                return candidate;
            }
        }
        return null;
    }
}
