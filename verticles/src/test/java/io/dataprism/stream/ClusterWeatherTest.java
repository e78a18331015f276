package io.dataprism.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;

/** Two real endpoints on two nodes of a real cluster, and a network between them that loses, repeats and reorders. */
@Tag("longer")
class ClusterWeatherTest {

    private static final Duration LEASE = Duration.ofMillis(500);
    private static final Duration NOTICED = Duration.ofSeconds(20);

    private static ClusterNode producer;
    private static ClusterNode consumer;
    private static BadWeather toProducer;
    private static BadWeather toConsumer;

    @BeforeContainer
    static void start() throws Exception {
        List<ClusterNode> nodes = ClusterNode.start(2, LEASE);
        producer = nodes.get(0);
        consumer = nodes.get(1);
        toProducer = new BadWeather(producer.vertx);
        toConsumer = new BadWeather(consumer.vertx);
    }

    @AfterContainer
    static void stop() throws Exception {
        consumer.close();
        producer.close();
    }

    /** Takes batches one by one, and may leave after some. */
    private static final class Reader extends BaseSubscriber<Batch> {

        final Queue<Long> values = new ConcurrentLinkedQueue<>();
        final AtomicReference<SignalType> end = new AtomicReference<>();
        final AtomicReference<Throwable> told = new AtomicReference<>();
        final CountDownLatch over = new CountDownLatch(1);
        private final int leaveAfter;
        private int taken;

        Reader(int leaveAfter) {
            this.leaveAfter = leaveAfter;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(1);
        }

        @Override
        protected void hookOnNext(Batch batch) {
            values.addAll(Batches.values(batch));
            taken++;
            if (taken == leaveAfter) {
                cancel();
            } else {
                request(1);
            }
        }

        @Override
        protected void hookOnError(Throwable failure) {
            told.set(failure);
        }

        @Override
        protected void hookFinally(SignalType type) {
            end.set(type);
            over.countDown();
        }
    }

    private Reader run(int total, int rows, boolean fails, int leaveAfter) throws Exception {
        Flux<Batch> source = Batches.source(producer.memory.allocator(), total, rows);
        if (fails) {
            source = source.concatWith(
                    Flux.error(new DataPrismException(ErrorCode.QUERY_TIMEOUT, "On purpose.", "None.")));
        }
        StreamEndpoint.Inbound inbound = consumer.streams.open();
        producer.streams.send(inbound.descriptor(), source);
        Reader reader = new Reader(leaveAfter);
        inbound.batches().subscribe(reader);
        assertThat(reader.over.await(NOTICED.toSeconds(), TimeUnit.SECONDS))
                .as("the stream came to an end")
                .isTrue();
        return reader;
    }

    private static void assertHonest(Reader reader, int total, int rows, boolean fails) {
        assertThat(List.copyOf(reader.values))
                .as("no hole, no repetition")
                .isEqualTo(LongStream.range(0, reader.values.size()).boxed().toList());
        if (reader.end.get() == SignalType.ON_COMPLETE) {
            assertThat(fails).isFalse();
            assertThat(reader.values).as("a complete stream is whole").hasSize(total * rows);
        }
        consumer.assertNothingIsLeft(NOTICED);
        producer.assertNothingIsLeft(NOTICED);
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void inAnyWeatherThereIsNoHoleNoLeakAndNoHang(
            @ForAll long seed,
            @ForAll @IntRange(max = 12) int total,
            @ForAll @IntRange(min = 1, max = 40_000) int rows,
            @ForAll @IntRange(max = 15) int loss,
            @ForAll @IntRange(max = 10) int repetition,
            @ForAll @IntRange(max = 10) int delay,
            @ForAll @IntRange(min = 1, max = 20) int leaveAfter,
            @ForAll boolean fails)
            throws Exception {
        toConsumer.set(seed, loss, repetition, delay, Integer.MAX_VALUE);
        toProducer.set(seed + 1, loss, repetition, delay, Integer.MAX_VALUE);
        try {
            assertHonest(run(total, rows, fails, leaveAfter), total, rows, fails);
        } finally {
            toConsumer.clear();
            toProducer.clear();
        }
    }

    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void aSideThatFallsSilentEndsTheStreamOnBoth(
            @ForAll @IntRange(max = 40) int silentAfter, @ForAll boolean producerFallsSilent) throws Exception {
        (producerFallsSilent ? toConsumer : toProducer).set(0, 0, 0, 0, silentAfter);
        try {
            Reader reader = run(12, 30_000, false, Integer.MAX_VALUE);
            assertHonest(reader, 12, 30_000, false);
        } finally {
            toConsumer.clear();
            toProducer.clear();
        }
    }

    /** Grants are totals: losing, doubling and reordering them alone costs nothing but time. */
    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void lostAndRepeatedGrantsOfCreditDoNoHarm(@ForAll long seed, @ForAll @IntRange(max = 40) int loss)
            throws Exception {
        toProducer.set(seed, loss, 20, 20, Integer.MAX_VALUE);
        try {
            Reader reader = run(12, 10_000, false, Integer.MAX_VALUE);
            assertHonest(reader, 12, 10_000, false);
            if (loss < 20) {
                assertThat(reader.told.get()).isNull();
            }
        } finally {
            toProducer.clear();
        }
    }
}
