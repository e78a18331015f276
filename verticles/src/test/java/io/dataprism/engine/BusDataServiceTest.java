package io.dataprism.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.dataset.DuckDbEngine;
import io.dataprism.core.dataset.EngineSettings;
import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.engine.QueryStatus;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.TableScope;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.DataService;
import io.dataprism.stream.BusStreamEndpoint;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** {@code DataService.query(sql)} for verticles: demand becomes credit, cancel becomes cancel. */
class BusDataServiceTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int BATCH_ROWS = QueryService.DEFAULT_BATCH_ROWS;
    /** What the engine may load ahead of the demand: the opening credit. */
    private static final int WINDOW = 4;

    private Vertx vertx;
    private DuckDbEngine engine;
    private DataService data;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        vertx = Vertx.vertx();
        vertx.eventBus().addOutboundInterceptor(delivery -> {
            if (delivery.message().address().startsWith("dataprism.service.data.")) {
                delivery.message()
                        .headers()
                        .set(TableScope.HEADER, TableScope.everything().encode());
            }
            delivery.next();
        });
        engine = DuckDbEngine.open(new EngineSettings(
                folder.resolve("data"), 2, 1L << 30, 1L << 30, new EngineLimits(4, 64, 64, 1L << 30)));
        BusStreamEndpoint streams = new BusStreamEndpoint("n1", engine.allocator());
        vertx.deployVerticle(streams).await(20, TimeUnit.SECONDS);
        EngineVerticle verticle = new EngineVerticle(
                engine,
                "n1",
                streams,
                (topic, event) -> Future.succeededFuture("c"),
                (action, caller, target, outcome, details) -> {});
        vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                .await(20, TimeUnit.SECONDS);
        data = new BusDataService(
                vertx,
                new BusQueryService(vertx, streams),
                new BusTableService(vertx),
                new BatchLoads(vertx, new BusTableService(vertx), folder.resolve("loads")),
                LIMIT);
    }

    @AfterEach
    void stop() throws Exception {
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(engine.queries()).isEmpty();
            assertThat(engine.allocator().getAllocatedMemory()).isZero();
        });
        vertx.close().await(20, TimeUnit.SECONDS);
        engine.close();
    }

    /** Asks for nothing by itself, and keeps what comes. */
    private static final class Reader extends BaseSubscriber<Batch> {

        final Queue<Batch> batches = new ConcurrentLinkedQueue<>();
        final AtomicReference<Throwable> failure = new AtomicReference<>();

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(Batch batch) {
            batches.add(batch);
        }

        @Override
        protected void hookOnError(Throwable throwable) {
            failure.set(throwable);
        }
    }

    @Test
    void everyRowComesInOrderWithItsParameters() {
        long next = 0;
        for (Batch batch :
                data.query("SELECT range + ? AS n FROM range(200000)", 7).toIterable(1)) {
            try (batch) {
                BigIntVector numbers = (BigIntVector) batch.root().getVector("n");
                for (int row = 0; row < batch.rowCount(); row++) {
                    assertThat(numbers.get(row)).isEqualTo(7 + next++);
                }
            }
        }
        assertThat(next).isEqualTo(200_000);
    }

    @Test
    void prefetchNeverExceedsTheCredit() {
        Reader reader = new Reader();
        data.query("FROM range(100000000)").subscribe(reader);
        for (int wanted = 0; wanted < 3; wanted++) {
            int had = wanted;
            await().atMost(LIMIT)
                    .until(() -> engine.queries().stream()
                            .mapToLong(QueryStatus::rows)
                            .anyMatch(rows -> rows >= (long) (had + 1) * BATCH_ROWS));
            await().atMost(LIMIT).until(() -> engine.counters().busyWorkers() == 0);
            assertThat(engine.queries()).allMatch(query -> query.rows() <= (long) (had + WINDOW) * BATCH_ROWS);
            assertThat(reader.batches).hasSize(had);
            reader.request(1);
            await().atMost(LIMIT).until(() -> reader.batches.size() == had + 1);
        }
        reader.cancel();
        reader.batches.forEach(Batch::close);
    }

    @Test
    void cancelBecomesCancelAlsoBeforeTheFirstRow() {
        Reader reader = new Reader();
        data.query("SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range = -b.range - 1")
                .subscribe(reader);
        reader.request(1);
        await().atMost(LIMIT).until(() -> engine.counters().busyWorkers() > 0);
        reader.cancel();
        await().atMost(LIMIT).until(() -> engine.queries().isEmpty());
        assertThat(reader.failure.get()).isNull();
    }

    @Test
    void whatFailsFailsWithItsCode() {
        Reader reader = new Reader();
        data.query("SELECT nothing FROM nowhere").subscribe(reader);
        await().atMost(LIMIT).until(() -> reader.failure.get() != null);
        assertThat(reader.failure.get())
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND));
        assertThat(data.tables().block(LIMIT)).isEmpty();
    }
}
