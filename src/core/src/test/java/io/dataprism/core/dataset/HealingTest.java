package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.engine.KeepRequest;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine that finds a fault in itself, by a real statement of which the gate lets nothing through. */
class HealingTest {

    /** The tree of {@code SELECT NULL IS NULL} without the NULL, at which the writer of statements reaches into nothing. */
    private static final String FATAL =
            "SELECT json_deserialize_sql(concat(substr(r.range::VARCHAR, 2), '{\"error\":false,"
                    + "\"statements\":[{\"node\":{\"type\":\"SELECT_NODE\",\"modifiers\":[],\"cte_map\":{\"map\":[]},"
                    + "\"select_list\":[{\"class\":\"OPERATOR\",\"type\":\"OPERATOR_IS_NULL\",\"alias\":\"\",\"children\":[]}],"
                    + "\"from_table\":{\"type\":\"EMPTY\",\"alias\":\"\",\"sample\":null},\"where_clause\":null,"
                    + "\"group_expressions\":[],\"group_sets\":[],\"aggregate_handling\":\"STANDARD_HANDLING\",\"having\":null,"
                    + "\"sample\":null,\"qualify\":null},\"named_param_map\":[]}]}')) FROM range(1) r";

    @TempDir
    Path folder;

    private EngineFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new EngineFixture(folder);
        fixture.csv("t", LoadRequest.Mode.CREATE, "x\n1\n");
        fixture.csv("t", LoadRequest.Mode.APPEND, "x\n2\n");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Below the gate, on a connection of the engine that everybody uses. */
    private void breakTheEngine() {
        LiveDuckDb duckDb = fixture.engine.duckDb();
        assertThatThrownBy(() -> {
                    try (DuckDBConnection connection = duckDb.duplicate();
                            Statement statement = connection.createStatement()) {
                        statement.executeQuery(FATAL).next();
                    }
                })
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("INTERNAL Error");
    }

    @Test
    void theStatementThatBreaksTheEngineDoesNotPassTheGate() {
        assertThat(fixture.failure(fixture.spec(FATAL)).code()).isEqualTo(ErrorCode.QUERY_NOT_ALLOWED);
        assertThat(fixture.engine.counters().restarts()).isZero();
    }

    @Test
    void aQueryOnABrokenEngineFailsAndTheNextOneFindsEveryTableAgain() {
        breakTheEngine();

        DataPrismException failure = fixture.failure(fixture.spec("SELECT 42"));

        assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(failure.members()).containsKey("instance");
        assertThat(failure.hint()).contains("again").contains((String)
                failure.members().get("instance"));
        assertThat(fixture.rows("SELECT sum(x)::BIGINT FROM t")).isEqualTo(List.of(List.of(3L)));
        assertThat(fixture.rows("SELECT sum(x)::BIGINT FROM t AT (VERSION => 1)"))
                .isEqualTo(List.of(List.of(1L)));
        assertThat(fixture.engine.counters().restarts()).isEqualTo(1);
    }

    @Test
    void theNewEngineIsLockedDownLikeTheFirst() {
        breakTheEngine();
        fixture.failure(fixture.spec("SELECT 42"));

        for (String sql : List.of("SET threads = 1", "SELECT * FROM read_text('/etc/passwd')")) {
            assertThatThrownBy(() -> {
                        try (DuckDBConnection connection =
                                        fixture.engine.duckDb().duplicate();
                                Statement statement = connection.createStatement()) {
                            statement.execute(sql);
                        }
                    })
                    .isInstanceOf(SQLException.class);
        }
        assertThat(fixture.failure(fixture.spec("SELECT getenv('HOME')")).code())
                .isEqualTo(ErrorCode.QUERY_NOT_ALLOWED);
    }

    @Test
    void aLoadOnABrokenEngineLeavesTheTableAsItWasAndTheNextLoadSucceeds() throws Exception {
        breakTheEngine();

        assertThatThrownBy(() -> fixture.csv("t", LoadRequest.Mode.APPEND, "x\n4\n"))
                .isInstanceOfSatisfying(DataPrismException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
                    assertThat(failure.members()).containsKey("instance");
                });
        assertThat(fixture.rows("SELECT sum(x)::BIGINT FROM t")).isEqualTo(List.of(List.of(3L)));
        fixture.csv("t", LoadRequest.Mode.APPEND, "x\n4\n");
        assertThat(fixture.rows("SELECT sum(x)::BIGINT FROM t")).isEqualTo(List.of(List.of(7L)));
    }

    @Test
    void aResultThatIsKeptOnABrokenEngineMakesNoTableAndTheNextOneDoes() {
        breakTheEngine();
        KeepRequest request = new KeepRequest("kept", LoadRequest.Mode.CREATE, null, fixture.spec("FROM t"));

        assertThatThrownBy(() -> EngineFixture.await(fixture.engine.keep(request, end -> {})))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL));
        assertThat(fixture.engine.datasets().find("kept")).isNull();
        EngineFixture.await(fixture.engine.keep(request, end -> {}));
        assertThat(fixture.rows("SELECT count(*) FROM kept")).isEqualTo(List.of(List.of(2L)));
    }

    @Test
    void aDropOnABrokenEngineLeavesTheTable() {
        breakTheEngine();

        assertThatThrownBy(() -> fixture.engine.datasets().drop("t", null))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL));
        assertThat(fixture.rows("SELECT count(*) FROM t")).isEqualTo(List.of(List.of(2L)));
        fixture.engine.datasets().drop("t", null);
    }

    @Test
    void aStreamThatWasParkedComesToItsEndOrFailsAndHoldsNothing() {
        OpenedQuery parked = fixture.open(fixture.spec("SELECT range FROM range(3000000)"));
        breakTheEngine();
        fixture.failure(fixture.spec("SELECT 42"));
        assertThat(fixture.rows("SELECT 42")).isEqualTo(List.of(List.of(42)));

        try {
            Long rows = parked.batches()
                    .map(batch -> {
                        try (Batch each = batch) {
                            return (long) each.rowCount();
                        }
                    })
                    .reduce(0L, Long::sum)
                    .block(EngineFixture.TIMEOUT);
            assertThat(rows).isEqualTo(3_000_000);
        } catch (DataPrismException ended) {
            assertThat(ended.code()).isEqualTo(ErrorCode.INTERNAL);
        }
        fixture.awaitNothingHeld(Duration.ofSeconds(5));
    }

    @Test
    void manyQueriesOnABrokenEngineReplaceItOnce() {
        breakTheEngine();
        List<CompletableFuture<Object>> answers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            answers.add(CompletableFuture.supplyAsync(() -> fixture.failureOrRows("SELECT count(*) FROM t")));
        }

        for (CompletableFuture<Object> answer : answers) {
            Object found = answer.join();
            if (found instanceof DataPrismException failure) {
                assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
            } else {
                assertThat(found).isEqualTo(List.of(List.of(2L)));
            }
        }
        assertThat(fixture.engine.counters().restarts()).isEqualTo(1);
    }

    @Test
    void anEngineThatBreaksAgainAndAgainRestsInsteadOfStartingForEver() {
        for (int i = 0; i < RestartPace.LIMIT; i++) {
            breakTheEngine();
            assertThat(fixture.failure(fixture.spec("SELECT 42")).code()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(fixture.rows("SELECT 42")).isEqualTo(List.of(List.of(42)));
        }
        breakTheEngine();
        assertThat(fixture.failure(fixture.spec("SELECT 42")).code()).isEqualTo(ErrorCode.INTERNAL);

        DataPrismException resting = fixture.failure(fixture.spec("SELECT 42"));

        assertThat(resting.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(resting.members()).containsKey("retryAfterSeconds");
        assertThat(fixture.engine.counters().restarts()).isEqualTo(RestartPace.LIMIT);
    }

    @Test
    void whatAStatementSaysOfItselfReplacesNothing() {
        DataPrismException failure =
                fixture.failure(fixture.spec("SELECT error('FATAL Error: database has been invalidated')"));

        assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_INVALID);
        assertThat(fixture.engine.counters().restarts()).isZero();
    }
}
