package io.dataprism.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.stream.StreamFrame;
import io.dataprism.plugin.Batch;
import io.dataprism.testing.ArrowMemory;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

class BusStreamEndpointTest {

    @RegisterExtension
    final ArrowMemory memory = new ArrowMemory();

    private final BufferAllocator allocator = memory.allocator();
    private Vertx vertx;
    private BusStreamEndpoint endpoint;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        endpoint = new BusStreamEndpoint("n1", allocator, Duration.ofMillis(400));
        vertx.deployVerticle(endpoint).await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        Awaitility.await()
                .untilAsserted(() -> assertThat(endpoint.counters())
                        .returns(0, StreamCounters::inbound)
                        .returns(0, StreamCounters::outbound)
                        .returns(80L, StreamCounters::creditLeft));
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private Batch batch(long value) {
        BigIntVector vector = new BigIntVector("n", allocator);
        vector.allocateNew(1);
        vector.set(0, value);
        vector.setValueCount(1);
        return new Batch(VectorSchemaRoot.of(vector));
    }

    private Flux<Batch> batches(int count) {
        return Flux.range(0, count).map(this::batch);
    }

    private static List<Long> values(Flux<Batch> batches) {
        return batches.map(batch -> {
                    try (batch) {
                        return (Long) batch.column("n").getObject(0);
                    }
                })
                .collectList()
                .block(Duration.ofSeconds(10));
    }

    @Test
    void everythingArrivesInOrder() {
        StreamEndpoint.Inbound inbound = endpoint.open();
        endpoint.send(inbound.descriptor(), batches(500));

        assertThat(values(inbound.batches())).hasSize(500).isSorted();
        assertThat(endpoint.counters().batchesReceived()).isEqualTo(500);
    }

    @Test
    void whatIsWholeArrivesAtOnceWithoutASender() {
        StreamEndpoint.Inbound inbound = endpoint.open();
        endpoint.send(inbound.descriptor(), List.of(batch(1), batch(2)));
        assertThat(endpoint.counters().outbound()).isZero();
        assertThat(values(inbound.batches())).containsExactly(1L, 2L);

        StreamEndpoint.Inbound empty = endpoint.open();
        endpoint.send(empty.descriptor(), List.of());
        assertThat(values(empty.batches())).isEmpty();
    }

    @Test
    void whatIsWholeIsFreedWhereNobodyTakesIt() {
        StreamEndpoint.Inbound given = endpoint.open();
        endpoint.send(given.descriptor(), List.of(batch(1)));
        given.abandon();

        StreamEndpoint.Inbound gone = endpoint.open();
        gone.abandon();
        endpoint.send(gone.descriptor(), List.of(batch(1)));

        StreamEndpoint.Inbound cancelled = endpoint.open();
        endpoint.send(cancelled.descriptor(), List.of(batch(1)));
        cancelled.batches().subscribe(Batch::close, failure -> {}, () -> {}, subscription -> subscription.cancel());

        Awaitility.await().until(() -> allocator.getAllocatedMemory() == 0);
    }

    @Test
    void anEmptyStreamEnds() {
        StreamEndpoint.Inbound inbound = endpoint.open();
        endpoint.send(inbound.descriptor(), Flux.empty());

        assertThat(values(inbound.batches())).isEmpty();
    }

    @Test
    void aFailureOfTheSourceArrivesAfterItsBatches() {
        StreamEndpoint.Inbound inbound = endpoint.open();
        DataPrismException problem =
                new DataPrismException(ErrorCode.QUERY_TIMEOUT, "late", "hurry").with("position", 3);
        endpoint.send(inbound.descriptor(), batches(3).concatWith(Flux.error(problem)));
        java.util.concurrent.atomic.AtomicInteger arrived = new java.util.concurrent.atomic.AtomicInteger();

        assertThatThrownBy(() -> inbound.batches()
                        .doOnNext(batch -> {
                            arrived.incrementAndGet();
                            batch.close();
                        })
                        .blockLast(Duration.ofSeconds(10)))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT));
        assertThat(arrived).hasValue(3);
    }

    @Test
    void anAbandonedStreamCancelsItsSource() {
        AtomicBoolean cancelled = new AtomicBoolean();
        StreamEndpoint.Inbound inbound = endpoint.open();
        inbound.abandon();
        endpoint.send(
                inbound.descriptor(), batches(100).concatWith(Flux.never()).doOnCancel(() -> cancelled.set(true)));

        Awaitility.await().untilTrue(cancelled);
    }

    @Test
    void aCancelReachesTheSourceAndFreesWhatWasOnItsWay() {
        AtomicBoolean cancelled = new AtomicBoolean();
        StreamEndpoint.Inbound inbound = endpoint.open();
        endpoint.send(inbound.descriptor(), batches(100).doOnCancel(() -> cancelled.set(true)));

        inbound.batches().doOnNext(Batch::close).blockFirst(Duration.ofSeconds(10));

        Awaitility.await().untilTrue(cancelled);
    }

    @Test
    void aConsumerOnANodeThatDoesNotExistCancelsTheSourceWithinTheLease() {
        AtomicBoolean cancelled = new AtomicBoolean();
        JsonObject nowhere =
                new JsonObject().put("node", "gone").put("stream", "s").put("credit", 4);
        endpoint.send(nowhere, batches(100).doOnCancel(() -> cancelled.set(true)));

        Awaitility.await().atMost(Duration.ofSeconds(5)).untilTrue(cancelled);
    }

    @Test
    void aSourceThatIsSlowerThanTheLeaseIsKeptAliveByTheHeartbeat() {
        StreamEndpoint.Inbound inbound = endpoint.open();
        endpoint.send(inbound.descriptor(), batches(3).delayElements(Duration.ofMillis(600)));

        assertThat(values(inbound.batches())).containsExactly(0L, 1L, 2L);
    }

    @Test
    void aStreamWhoseRequestIsNeverAnsweredGivesItselfUp() {
        StreamEndpoint.Inbound inbound = endpoint.open(Duration.ofMillis(300));

        Awaitility.await().until(() -> endpoint.counters().inbound() == 0);
        assertThatThrownBy(() -> inbound.batches().blockLast(Duration.ofSeconds(10)))
                .isInstanceOf(DataPrismException.class);
    }

    @Test
    void aSenderThatNeverSpeaksFailsTheStreamWithinTheLease() {
        StreamEndpoint.Inbound inbound = endpoint.open();

        assertThatThrownBy(() -> inbound.batches().blockLast(Duration.ofSeconds(10)))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.detail()).contains("lease"));
    }

    @Test
    void aSecondSourceForTheSameStreamIsCancelledAndTheFirstGoesOn() {
        AtomicBoolean cancelled = new AtomicBoolean();
        StreamEndpoint.Inbound inbound = endpoint.open();
        endpoint.send(inbound.descriptor(), batches(50));
        endpoint.send(inbound.descriptor(), batches(7).doOnCancel(() -> cancelled.set(true)));

        assertThat(values(inbound.batches())).hasSize(50).isSorted();
        assertThat(cancelled).isTrue();
    }

    @Test
    void aSourceThatGivesMoreThanWasAskedForIsAnErrorAndLeaksNothing() {
        StreamEndpoint.Inbound inbound = endpoint.open();
        endpoint.send(
                inbound.descriptor(),
                Flux.from(subscriber -> subscriber.onSubscribe(new Subscription() {
                    @Override
                    public void request(long n) {
                        for (int index = 0; index < 10; index++) {
                            subscriber.onNext(batch(index));
                        }
                    }

                    @Override
                    public void cancel() {}
                })));

        assertThatThrownBy(() -> inbound.batches().doOnNext(Batch::close).blockLast(Duration.ofSeconds(10)))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.detail()).contains("more than was asked for"));
    }

    @Test
    void aDescriptorThatIsNoneIsRefused() {
        assertThatThrownBy(() -> endpoint.send(new JsonObject().put("stream", "s"), Flux.empty()))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_INVALID));
    }

    @Test
    void anEndpointThatStopsEndsItsStreamsAndLetsGoOfWhatHasArrived() throws Exception {
        AtomicReference<Throwable> told = new AtomicReference<>();
        StreamEndpoint.Inbound inbound = endpoint.open();
        endpoint.send(inbound.descriptor(), batches(100));
        inbound.batches().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}

            @Override
            protected void hookOnError(Throwable failure) {
                told.set(failure);
            }
        });
        Awaitility.await().until(() -> endpoint.counters().batchesReceived() == 4);

        vertx.undeploy(endpoint.deploymentID()).await(10, TimeUnit.SECONDS);

        assertThat(told.get())
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DRAINING));
        memory.assertAllBack();
    }

    @Test
    void aWindowOfOneMovesOnWithEachBatch() {
        JsonObject narrow;
        List<StreamEndpoint.Inbound> many = new ArrayList<>();
        do {
            StreamEndpoint.Inbound inbound = endpoint.open();
            many.add(inbound);
            narrow = inbound.descriptor();
        } while (narrow.getLong("credit") > 1);
        StreamEndpoint.Inbound last = many.removeLast();
        endpoint.send(narrow, batches(200));

        assertThat(values(last.batches())).hasSize(200).isSorted();
        many.forEach(StreamEndpoint.Inbound::abandon);
    }

    @Test
    void everyFrameIsTheSameAfterTheWire() {
        StreamMessageCodec codec = new StreamMessageCodec();
        DataPrismException problem =
                new DataPrismException(ErrorCode.QUERY_INVALID, "wrong", "right it").with("position", 7);
        List<StreamFrame<BatchParcel>> frames = List.of(
                new StreamFrame.End<>(3, 99),
                new StreamFrame.Alive<>(5),
                new StreamFrame.Credit<>(1L << 40),
                new StreamFrame.Cancel<>(),
                new StreamFrame.Done<>());
        for (StreamFrame<BatchParcel> frame : frames) {
            assertThat(throughTheWire(codec, frame)).isEqualTo(frame);
        }
        assertThat(throughTheWire(codec, new StreamFrame.Failed<>(problem)))
                .isInstanceOfSatisfying(
                        StreamFrame.Failed.class,
                        failed -> assertThat(failed.problem().members()).containsEntry("position", 7));
    }

    private static StreamFrame<BatchParcel> throughTheWire(StreamMessageCodec codec, StreamFrame<BatchParcel> frame) {
        Buffer wire = Buffer.buffer("before");
        codec.encodeToWire(wire, new StreamMessage.Control("stream", "node", frame));
        StreamMessage message = codec.decodeFromWire("before".length(), wire);
        assertThat(message.stream()).isEqualTo("stream");
        assertThat(message.from()).isEqualTo("node");
        return ((StreamMessage.Control) message).frame();
    }

    @Test
    void thePoolLendsLessWhenItIsNearlyEmptyAndNeverNothing() {
        CreditPool pool = new CreditPool(6, 4);
        assertThat(List.of(pool.borrow(), pool.borrow(), pool.borrow())).containsExactly(4L, 2L, 1L);
        List.of(4L, 2L, 1L).forEach(pool::giveBack);
        assertThat(pool.left()).isEqualTo(6);
    }
}
