package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.engine.EngineUser;
import io.dataprism.core.engine.LoadRequest.Mode;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.vector.extension.UuidType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements that come again and again. */
class WarmStatementsTest {

    @TempDir
    Path folder;

    private EngineFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new EngineFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private WarmStatements warm() {
        return fixture.engine.duckDb().warm();
    }

    private void ask(String sql, int times) {
        for (int i = 0; i < times; i++) {
            fixture.rows(sql);
        }
    }

    @Test
    void aStatementThatWasKeptSeesEachNewVersionAndItsTypes() throws Exception {
        for (int i = 0; i < 20; i++) {
            boolean text = i % 2 == 0;
            fixture.csv("t", i == 0 ? Mode.CREATE : Mode.REPLACE, (text ? "a\nx" : "b\n") + i + "\n");
            for (int again = 0; again < 3; again++) {
                assertThat(fixture.rows("FROM t")).isEqualTo(List.of(List.of(text ? "x" + i : (Object) (long) i)));
            }
        }
        fixture.engine.drop("t", null).get(20, TimeUnit.SECONDS);
        assertThat(fixture.failure(fixture.spec("FROM t")))
                .extracting(DataPrismException::code)
                .isEqualTo(ErrorCode.TABLE_NOT_FOUND);
    }

    @Test
    void uuidsAreTextsAlsoOnceArrowHasLoadedItsOwnTypeOfThem() {
        String sql = "SELECT u, [u, NULL] AS many, {'in': u} AS one FROM (SELECT"
                + " '00112233-4455-6677-8899-aabbccddeeff'::UUID AS u UNION ALL SELECT NULL)";
        List<List<Object>> rows = fixture.rows(sql);
        assertThat(UuidType.INSTANCE.extensionName()).as("now it is loaded").isEqualTo("arrow.uuid");
        assertThat(fixture.rows(sql)).isEqualTo(rows);
        assertThat(rows.getFirst().getFirst()).isEqualTo("00112233-4455-6677-8899-aabbccddeeff");
    }

    @Test
    void whoAsksAfterALoadWasAnsweredNeverReadsWhatWasBefore() throws Exception {
        fixture.csv("t", Mode.CREATE, "a\n0\n");
        AtomicLong published = new AtomicLong();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try {
            CompletableFuture<?>[] reading = new CompletableFuture<?>[2];
            for (int i = 0; i < reading.length; i++) {
                reading[i] = CompletableFuture.runAsync(
                        () -> {
                            while (published.get() < 40) {
                                long least = published.get();
                                long read = (Long) fixture.rows("SELECT a FROM t")
                                        .getFirst()
                                        .getFirst();
                                assertThat(read).isGreaterThanOrEqualTo(least);
                            }
                        },
                        readers);
            }
            for (long i = 1; i <= 40; i++) {
                fixture.csv("t", Mode.REPLACE, "a\n" + i + "\n");
                published.set(i);
            }
            CompletableFuture.allOf(reading).get(EngineUser.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } finally {
            published.set(40);
            readers.shutdown();
            assertThat(readers.awaitTermination(EngineUser.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void whatEachExecutionEvaluatesAnewIsNew() {
        for (String sql : List.of("SELECT now()::VARCHAR", "SELECT random()", "SELECT uuid()")) {
            ask(sql, 2);
            assertThat(fixture.rows(sql)).isNotEqualTo(fixture.rows(sql));
        }
    }

    @Test
    void onlySoManyAreKeptAndNoneOutlivesAChangeOfTheCatalog() throws Exception {
        for (int i = 0; i < 3 * WarmStatements.LIMIT; i++) {
            ask("SELECT " + i, 2);
        }
        assertThat(warm().kept()).isPositive().isLessThanOrEqualTo(WarmStatements.LIMIT);
        fixture.csv("t", Mode.CREATE, "a\n0\n");
        assertThat(warm().kept()).isZero();
    }

    @Test
    void aScopeThatIsNarrowerIsAskedThoughTheStatementIsKept() throws Exception {
        fixture.csv("t", Mode.CREATE, "a\n0\n");
        ask("FROM t", 3);
        assertThat(fixture.failure(EngineUser.scoped(EngineUser.spec("FROM t"), "other")))
                .extracting(DataPrismException::code)
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void whatHasParametersOrIsCutOffIsNotKept() {
        assertThat(fixture.rows("SELECT ? AS a", 1)).isEqualTo(List.of(List.of(1)));
        assertThat(fixture.rows("SELECT ? AS a", "x")).isEqualTo(List.of(List.of("x")));
        fixture.rows(EngineUser.cut(EngineUser.spec("FROM range(100000)"), 2048, EngineUser.LIMIT, 10L));
        assertThat(warm().kept()).isZero();
    }
}
