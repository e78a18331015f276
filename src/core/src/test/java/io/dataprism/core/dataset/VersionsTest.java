package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.engine.LoadRequest.Format;
import io.dataprism.core.engine.LoadRequest.Mode;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Versions: how long they can be read, by whom, out of how many files. */
class VersionsTest {

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

    private TableEntry table() {
        return fixture.engine.datasets().find("t");
    }

    private long blobs() throws Exception {
        try (Stream<Path> files = Files.walk(folder.resolve("data/blobs"))) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    /** Takes one batch and parks, until it is told to go on. */
    private static final class Parked extends BaseSubscriber<Batch> {
        private volatile long rows;
        private volatile boolean done;
        private volatile Throwable failure;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(1);
        }

        @Override
        protected void hookOnNext(Batch batch) {
            rows += batch.rowCount();
            batch.close();
        }

        @Override
        protected void hookOnComplete() {
            done = true;
        }

        @Override
        protected void hookOnError(Throwable why) {
            failure = why;
        }

        long finish() {
            requestUnbounded();
            Awaitility.await().until(() -> done || failure != null);
            assertThat(failure).isNull();
            return rows;
        }
    }

    private Parked park(String sql) {
        OpenedQuery query = fixture.open(fixture.spec(sql));
        Parked parked = new Parked();
        query.batches().subscribe(parked);
        Awaitility.await().until(() -> parked.rows > 0);
        return parked;
    }

    @Test
    void manyAppendsLeaveFewFilesAndEveryRowInItsPlace() throws Exception {
        int appends = 300;
        fixture.csv("t", Mode.CREATE, "n,text\n0,v0\n");
        for (int i = 1; i < appends; i++) {
            fixture.csv("t", Mode.APPEND, "n,text\n" + i + ",v" + i + "\n");
            assertThat(table().files()).hasSizeLessThanOrEqualTo(Compaction.SMALL_FILES);
        }

        assertThat(fixture.rows("SELECT n FROM t"))
                .isEqualTo(LongStream.range(0, appends)
                        .mapToObj(n -> List.<Object>of(n))
                        .toList());
        assertThat(table().newest().version()).isEqualTo(appends);
        assertThat(table().versions()).hasSize(TableEntry.VERSIONS_KEPT);
        assertThat(fixture.rows("SELECT n FROM t AT (VERSION => " + (appends - 60) + ")"))
                .isEqualTo(LongStream.range(0, appends - 60)
                        .mapToObj(n -> List.<Object>of(n))
                        .toList());
        assertThat(blobs())
                .as("only what the kept versions name")
                .isEqualTo(table().digests().size());
    }

    @Test
    void theOldestVersionLeavesWithItsFilesAndSaysSo() throws Exception {
        for (int i = 1; i <= TableEntry.VERSIONS_KEPT + 3; i++) {
            fixture.csv("t", i == 1 ? Mode.CREATE : Mode.REPLACE, "n\n" + i + "\n");
        }

        assertThat(table().details().versions()).startsWith(4L).endsWith(67L).hasSize(TableEntry.VERSIONS_KEPT);
        assertThat(fixture.rows("FROM t AT (VERSION => 4)")).containsExactly(List.of(4L));
        DataPrismException gone = fixture.failure(fixture.spec("FROM t AT (VERSION => 3)"));
        assertThat(gone.code()).isEqualTo(ErrorCode.QUERY_INVALID);
        assertThat(gone.detail()).contains("'t'", "version 3", "4 to 67");
        assertThat(blobs()).isEqualTo(TableEntry.VERSIONS_KEPT);
    }

    @Test
    void aReaderFinishesOnTheVersionItBeganWithWhateverHappensToTheTable() throws Exception {
        int rows = 2_000_000;
        String first = "n\n" + "12345\n".repeat(rows);
        fixture.csv("t", Mode.CREATE, first);
        Parked newest = park("FROM t");
        Parked travelling = park("FROM t AT (VERSION => 1)");

        fixture.csv("t", Mode.APPEND, "n\n1\n");
        fixture.csv("t", Mode.REPLACE, "n\n1\n");
        for (int i = 0; i < TableEntry.VERSIONS_KEPT + Compaction.SMALL_FILES; i++) {
            fixture.csv("t", Mode.APPEND, "n\n" + i + "\n");
        }
        assertThat(table().version(1)).isNull();
        fixture.engine.datasets().drop("t", null);

        assertThat(newest.finish()).isEqualTo(rows);
        assertThat(travelling.finish()).isEqualTo(rows);
        Awaitility.await().until(() -> blobs() == 0);
    }

    @Test
    void versionsSurviveARestartAndAnEntryOfTheFirstFormatIsStillRead() throws Exception {
        fixture.csv("t", Mode.CREATE, "n\n1\n");
        fixture.csv("t", Mode.REPLACE, "m\nx\n");
        Blob blob = table().files().getFirst();
        fixture.close();
        Files.writeString(
                folder.resolve("data/tables/old.json"), """
                {"formatVersion": 1, "tenant": "default", "name": "old",
                 "columns": [{"name": "m", "type": "VARCHAR"}],
                 "files": [{"sha256": "%s", "bytes": %d}],
                 "versions": [{"version": 6, "rows": 9, "bytes": 9, "createdAt": "2026-01-01T00:00:00Z"},
                              {"version": 7, "rows": 1, "bytes": %d, "createdAt": "2026-01-02T00:00:00Z"}]}
                """.formatted(blob.sha256(), blob.bytes(), blob.bytes()));
        Files.writeString(folder.resolve("data/tables/gone.dropped"), "41\n");
        fixture = new EngineFixture(folder);

        assertThat(fixture.rows("FROM t AT (VERSION => 1)")).containsExactly(List.of(1L));
        assertThat(fixture.rows("FROM old")).containsExactly(List.of("x"));
        assertThat(fixture.engine.datasets().find("old").details().versions()).containsExactly(7L);
        assertThat(fixture.csv("old", Mode.APPEND, "m\ny\n").table().version()).isEqualTo(8);
        assertThat(fixture.rows("FROM old AT (VERSION => 7)")).containsExactly(List.of("x"));
        assertThat(fixture.csv("gone", Mode.CREATE, "a\n1\n").table().version()).isEqualTo(42);
    }

    @Test
    void aCatalogFileThatCannotBeReadKeepsItsBlobs() throws Exception {
        fixture.csv("t", Mode.CREATE, "n\n1\n");
        Path file = folder.resolve("data/tables/t.json");
        String whole = Files.readString(file);
        fixture.close();
        Files.writeString(file, whole.replace("\"formatVersion\" : 2", "\"formatVersion\" : 99"));
        fixture = new EngineFixture(folder);
        assertThat(table()).isNull();
        assertThat(blobs()).isEqualTo(1);
        fixture.close();
        Files.writeString(file, whole);
        fixture = new EngineFixture(folder);
        assertThat(fixture.rows("FROM t")).containsExactly(List.of(1L));
    }

    @Test
    void aLoadWhoseCatalogFileCannotBeWrittenChangesNothing() throws Exception {
        fixture.csv("t", Mode.CREATE, "n\n1\n");
        Path inTheWay = Files.createDirectory(folder.resolve("data/tables/t.draft"));
        Files.writeString(inTheWay.resolve("x"), "x");

        DataPrismException failure =
                catchThrowableOfType(DataPrismException.class, () -> fixture.csv("t", Mode.REPLACE, "m\nx\n"));

        assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(fixture.rows("FROM t")).containsExactly(List.of(1L));
        assertThat(table().newest().version()).isEqualTo(1);
        assertThat(blobs()).isEqualTo(1);
        Files.delete(inTheWay.resolve("x"));
        Files.delete(inTheWay);
        fixture.csv("t", Mode.REPLACE, "m\nx\n");
        assertThat(fixture.rows("FROM t")).containsExactly(List.of("x"));
    }

    @Test
    void onlySmallFilesAtTheEndAreWrittenAnew() {
        Blob small = new Blob("s", Compaction.SMALL_BYTES - 1);
        Blob large = new Blob("l", Compaction.SMALL_BYTES);
        List<Blob> seven = java.util.Collections.nCopies(7, small);
        List<Blob> eight = java.util.Collections.nCopies(8, small);

        assertThat(Compaction.tail(seven, 1)).isZero();
        assertThat(Compaction.tail(eight, 1)).isEqualTo(8);
        assertThat(Compaction.tail(eight, Compaction.SMALL_BYTES)).isZero();
        assertThat(Compaction.tail(
                        Stream.concat(Stream.of(large), eight.stream()).toList(), 1))
                .isEqualTo(8);
        assertThat(Compaction.tail(
                        Stream.concat(eight.stream(), Stream.of(large)).toList(), 1))
                .isZero();
        assertThat(Compaction.tail(java.util.Collections.nCopies(300, small), 1))
                .isEqualTo(16);
    }

    @Test
    void anAppendKeepsTheTypesThatParquetWouldNot() throws Exception {
        fixture.csv("t", Mode.CREATE, "n\n1\n");
        fixture.load("t", Mode.APPEND, Format.NDJSON, fixture.file("x", "{\"n\": 2}\n"));
        assertThat(fixture.rows("SELECT n, typeof(n) FROM t"))
                .containsExactly(List.of(1L, "BIGINT"), List.of(2L, "BIGINT"));
    }
}
