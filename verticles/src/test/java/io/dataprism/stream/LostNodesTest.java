package io.dataprism.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/** Streams whose other end is lost with its node. */
class LostNodesTest {

    private static final Duration LEASE = Duration.ofSeconds(2);

    /** What may pass until an ended lease is noticed: the lease, a tick that comes late, and a busy machine. */
    private static final Duration NOTICED = LEASE.multipliedBy(6);

    private ClusterNode producer;
    private ClusterNode consumer;

    @BeforeEach
    void start() throws Exception {
        List<ClusterNode> nodes = ClusterNode.start(2, LEASE);
        producer = nodes.get(0);
        consumer = nodes.get(1);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        consumer.assertNothingIsLeft(NOTICED);
        producer.assertNothingIsLeft(NOTICED);
        consumer.close();
        producer.close();
    }

    private Flux<Batch> source(int count, int rows) {
        return Batches.source(producer.memory.allocator(), count, rows);
    }

    @Test
    void aConsumerThatIsLostFreesTheProducerWithinTheLease() {
        AtomicBoolean cancelled = new AtomicBoolean();
        StreamEndpoint.Inbound inbound = consumer.streams.open();
        producer.streams.send(inbound.descriptor(), source(10_000, 10_000).doOnCancel(() -> cancelled.set(true)));
        AtomicInteger arrived = new AtomicInteger();
        inbound.batches().doOnNext(Batch::close).limitRate(1).subscribe(batch -> arrived.incrementAndGet(), lost -> {});
        Awaitility.await().until(() -> arrived.get() > 3);

        consumer.crash();

        Awaitility.await().atMost(NOTICED).untilTrue(cancelled);
        producer.memory.assertAllBack();
    }

    @Test
    @Tag("longer")
    void aProducerThatIsLostFailsTheConsumerWithinTheLease() {
        AtomicReference<Throwable> told = new AtomicReference<>();
        AtomicReference<FluxSink<Batch>> sink = new AtomicReference<>();
        StreamEndpoint.Inbound inbound = consumer.streams.open();
        producer.streams.send(inbound.descriptor(), Flux.create(sink::set));
        AtomicInteger arrived = new AtomicInteger();
        inbound.batches().doOnNext(Batch::close).subscribe(batch -> arrived.incrementAndGet(), told::set);
        sink.get().next(Batches.of(producer.memory.allocator(), 0, 50_000));
        Awaitility.await().until(() -> arrived.get() == 1);

        producer.crash();

        Awaitility.await()
                .atMost(NOTICED)
                .untilAsserted(() -> assertThat(told.get())
                        .isInstanceOfSatisfying(
                                DataPrismException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL)));
        consumer.memory.assertAllBack();
    }

    @Test
    @Tag("longer")
    void aProducerThatDiesBeforeItsFirstWordFailsTheConsumerWithinTheLease() {
        StreamEndpoint.Inbound inbound = consumer.streams.open();

        assertThatThrownBy(() -> inbound.batches().blockLast(NOTICED))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.detail()).contains("lease"));
    }
}
