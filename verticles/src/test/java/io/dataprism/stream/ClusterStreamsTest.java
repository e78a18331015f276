package io.dataprism.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Streams between two nodes of a real cluster. */
@Tag("longer")
class ClusterStreamsTest {

    private static final Duration LEASE = Duration.ofSeconds(2);

    /** What may pass until an ended lease is noticed: the lease, a tick that comes late, and a busy machine. */
    private static final Duration NOTICED = LEASE.multipliedBy(6);

    private static ClusterNode producer;
    private static ClusterNode consumer;

    @BeforeAll
    static void start() throws Exception {
        List<ClusterNode> nodes = ClusterNode.start(2, LEASE);
        producer = nodes.get(0);
        consumer = nodes.get(1);
    }

    @AfterEach
    void nothingIsLeft() {
        consumer.assertNothingIsLeft(NOTICED);
        producer.assertNothingIsLeft(NOTICED);
    }

    @AfterAll
    static void stop() throws Exception {
        consumer.close();
        producer.close();
    }

    private Flux<Batch> source(int count, int rows) {
        return Batches.source(producer.memory.allocator(), count, rows);
    }

    @Test
    void smallAndLargeBatchesArriveWholeAndInOrder() {
        for (int rows : new int[] {1, 1_000, 60_000}) {
            StreamEndpoint.Inbound inbound = consumer.streams.open();
            producer.streams.send(inbound.descriptor(), source(20, rows));

            assertThat(Batches.values(inbound.batches()))
                    .isEqualTo(LongStream.range(0, 20L * rows).boxed().toList());
        }
        assertThat(consumer.streams.counters().batchesReceived()).isGreaterThanOrEqualTo(60);
    }

    @Test
    void manyStreamsAtOnceArriveWhole() throws Exception {
        List<Flux<List<Long>>> all = new ArrayList<>();
        for (int stream = 0; stream < 30; stream++) {
            StreamEndpoint.Inbound inbound = consumer.streams.open();
            producer.streams.send(inbound.descriptor(), source(10, 10_000));
            all.add(inbound.batches()
                    .concatMapIterable(Batches::values, 1)
                    .collectList()
                    .flux());
        }
        List<List<Long>> values =
                Flux.merge(Flux.fromIterable(all), 30).collectList().block(Duration.ofSeconds(60));

        List<Long> expected = LongStream.range(0, 100_000).boxed().toList();
        assertThat(values).hasSize(30).allSatisfy(each -> assertThat(each).isEqualTo(expected));
    }

    @Test
    void anEmptyStreamAndABatchWithoutRowsArrive() {
        StreamEndpoint.Inbound empty = consumer.streams.open();
        producer.streams.send(empty.descriptor(), Flux.empty());
        assertThat(Batches.values(empty.batches())).isEmpty();

        StreamEndpoint.Inbound noRows = consumer.streams.open();
        producer.streams.send(noRows.descriptor(), source(2, 0));
        List<Integer> counts = noRows.batches()
                .map(batch -> {
                    try (batch) {
                        return batch.rowCount() + batch.schema().getFields().size();
                    }
                })
                .collectList()
                .block(Duration.ofSeconds(10));
        assertThat(counts).containsExactly(2, 2);
    }

    @Test
    void theProducerIsNeverAskedForMoreThanTheCredit() throws Exception {
        AtomicLong made = new AtomicLong();
        AtomicLong taken = new AtomicLong();
        AtomicLong mostAhead = new AtomicLong();
        StreamEndpoint.Inbound inbound = consumer.streams.open();
        producer.streams.send(inbound.descriptor(), source(40, 20_000).doOnNext(batch -> {
            long ahead = made.incrementAndGet() - taken.get();
            mostAhead.accumulateAndGet(ahead, Math::max);
        }));
        AtomicReference<Subscription> demand = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        inbound.batches().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                demand.set(subscription);
            }

            @Override
            protected void hookOnNext(Batch batch) {
                taken.incrementAndGet();
                batch.close();
            }

            @Override
            protected void hookFinally(reactor.core.publisher.SignalType type) {
                done.countDown();
            }
        });

        Awaitility.await().until(() -> made.get() == 4);
        Awaitility.await().pollDelay(LEASE).until(() -> made.get() == 4);
        demand.get().request(3);
        Awaitility.await().until(() -> taken.get() == 3);
        demand.get().request(Long.MAX_VALUE);

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(made).hasValue(40);
        assertThat(mostAhead.get()).isLessThanOrEqualTo(5);
    }

    @Test
    void aCancelReachesTheProducerBeforeAndAfterTheFirstBatch() throws Exception {
        AtomicInteger cancelled = new AtomicInteger();
        StreamEndpoint.Inbound silent = consumer.streams.open();
        CountDownLatch begun = new CountDownLatch(1);
        producer.streams.send(
                silent.descriptor(),
                Flux.<Batch>never().doOnSubscribe(begin -> begun.countDown()).doOnCancel(cancelled::incrementAndGet));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        silent.batches().subscribe().dispose();
        Awaitility.await().untilAsserted(() -> assertThat(cancelled).hasValue(1));

        StreamEndpoint.Inbound talking = consumer.streams.open();
        producer.streams.send(talking.descriptor(), source(1_000, 10_000).doOnCancel(cancelled::incrementAndGet));
        talking.batches().doOnNext(Batch::close).blockFirst(Duration.ofSeconds(10));
        Awaitility.await().untilAsserted(() -> assertThat(cancelled).hasValue(2));
    }

    @Test
    void aFailureOfTheSourceArrivesAfterItsBatches() {
        StreamEndpoint.Inbound inbound = consumer.streams.open();
        DataPrismException problem =
                new DataPrismException(ErrorCode.QUERY_TIMEOUT, "late", "hurry").with("position", 3);
        producer.streams.send(inbound.descriptor(), source(3, 30_000).concatWith(Flux.error(problem)));
        AtomicInteger arrived = new AtomicInteger();

        assertThatThrownBy(() -> inbound.batches()
                        .doOnNext(
                                batch -> arrived.addAndGet(Batches.values(batch).size()))
                        .blockLast(Duration.ofSeconds(20)))
                .isInstanceOfSatisfying(DataPrismException.class, told -> {
                    assertThat(told.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
                    assertThat(told.members()).containsEntry("position", 3);
                });
        assertThat(arrived).hasValue(90_000);
    }

    @Test
    void aBatchThatIsTooLargeIsRefusedWithAClearErrorAfterWhatWasBefore() {
        Batch tooLarge = oneLongText();
        StreamEndpoint.Inbound inbound = consumer.streams.open();
        producer.streams.send(inbound.descriptor(), source(2, 10).concatWith(Flux.just(tooLarge)));
        AtomicInteger arrived = new AtomicInteger();

        assertThatThrownBy(() -> inbound.batches()
                        .doOnNext(
                                batch -> arrived.addAndGet(Batches.values(batch).size()))
                        .blockLast(Duration.ofSeconds(20)))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        told -> assertThat(told.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE));
        assertThat(arrived).hasValue(20);
    }

    private Batch oneLongText() {
        VarCharVector text = new VarCharVector("t", producer.memory.allocator());
        text.allocateNew(BatchLayout.LARGEST_BYTES + 1L, 1);
        text.setSafe(0, new byte[BatchLayout.LARGEST_BYTES + 1]);
        text.setValueCount(1);
        return new Batch(VectorSchemaRoot.of(text));
    }
}
