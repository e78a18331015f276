package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FairnessTest {

    /** Would take hours; its only row comes at the end. */
    private static final String LARGE =
            "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range = -b.range - 1";

    private EngineFixture fixture;

    @BeforeEach
    void open(@TempDir Path folder) {
        fixture = new EngineFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void smallQueriesAreNotStarvedByLargeOnes() {
        List<QuerySpec> large = new ArrayList<>();
        List<CompletableFuture<OpenedQuery>> opening = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            QuerySpec spec = fixture.spec(LARGE);
            large.add(spec);
            opening.add(fixture.engine.query(spec, end -> {}));
        }
        await().until(() -> fixture.engine.counters().busyWorkers() > 4);
        for (int i = 0; i < 10; i++) {
            assertThat(fixture.rows("SELECT 42")).isEqualTo(List.of(List.of(42)));
        }
        assertThat(opening).noneMatch(CompletableFuture::isDone);
        large.forEach(spec -> EngineFixture.await(fixture.engine.cancel(spec.id())));
        assertThat(opening).allMatch(CompletableFuture::isCompletedExceptionally);
        fixture.awaitNothingHeld(Duration.ofSeconds(10));
    }

    @Test
    void aParkedStreamHoldsNoWorkerThread() {
        List<OpenedQuery> parked = new ArrayList<>();
        for (int i = 0; i < EngineFixture.OPEN_QUERIES - 1; i++) {
            parked.add(fixture.open(fixture.spec("FROM range(100000000)")));
        }
        await().until(() -> fixture.engine.counters().busyWorkers() == 0);
        assertThat(fixture.engine.counters().open()).isEqualTo(parked.size());
        assertThat(fixture.rows("SELECT 42")).isEqualTo(List.of(List.of(42)));
        parked.forEach(this::cancel);
    }

    @Test
    void beyondThePlacesOfOneCallerAQueryIsRefusedAndTheNextGetsTheFreedPlace() {
        List<OpenedQuery> parked = new ArrayList<>();
        for (int i = 0; i < EngineFixture.OPEN_QUERIES; i++) {
            parked.add(fixture.open(fixture.spec("FROM range(100000000)")));
        }
        DataPrismException refusal = fixture.failure(fixture.spec("SELECT 42"));
        assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refusal.toJson()).containsKey("retryAfterSeconds");
        assertThat(fixture.engine.counters().refused()).isOne();
        cancel(parked.removeFirst());
        assertThat(fixture.rows("SELECT 42")).isEqualTo(List.of(List.of(42)));
        parked.forEach(this::cancel);
    }

    private void cancel(OpenedQuery query) {
        EngineFixture.await(fixture.engine.cancel(query.id()));
    }
}
