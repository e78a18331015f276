package io.dataprism.cluster.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.ringbuffer.Ringbuffer;
import io.dataprism.cluster.event.TestCluster.Node;
import io.dataprism.cluster.member.MemberWatch;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.Topic;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members that leave between what was asked of a ring and its answer: it may have ended without its copies. */
@Timeout(90)
class LeavingMemberTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Topic TOPIC = Topic.parse("a");
    private static final String RING = RingSettings.ring(EventLog.shardOf(TOPIC));

    /** What happens between a ring's answers and their being heard, one after the other. */
    private final Deque<Runnable> beforeAnswers = new ConcurrentLinkedDeque<>();

    private final AtomicBoolean majority = new AtomicBoolean(true);

    @Test
    void anEventIsAcknowledgedOnlyWhereNobodyLeftWhileItWasAdded() throws Exception {
        try (TestCluster cluster = new TestCluster(3)) {
            Node node = cluster.node(0);
            RingBufferEventLog log = new RingBufferEventLog(
                    TestCluster.watch(watched(node.hazelcast())),
                    cluster.key(),
                    "watched",
                    TestCluster.LIMITS,
                    InstantSource.system(),
                    majority::get);
            try {
                log.ready().get(30, TimeUnit.SECONDS);
                publish(log, "1").get(30, TimeUnit.SECONDS);
                assertThat(log.counts().retried()).isZero();

                beforeAnswers.add(() -> leave(node, cluster.node(2)));
                publish(log, "2").get(30, TimeUnit.SECONDS);
                assertThat(log.counts().retried())
                        .as("added again, and told once")
                        .isEqualTo(1);
                Reader reader = new Reader(cluster.node(1).log(), new Start.Earliest());
                await().atMost(LIMIT).untilAsserted(() -> {
                    reader.readAll();
                    assertThat(reader.texts).containsExactly("1", "2");
                });

                beforeAnswers.add(() -> {
                    leave(node, cluster.node(1));
                    majority.set(false); // as of a node that has been cut off
                });
                CompletableFuture<?> unclear = publish(log, "3");
                await().atMost(LIMIT).until(() -> log.counts().retried() > 1);
                assertThat(unclear).isNotCompleted();
                Reader own = new Reader(log, new Start.Earliest());
                own.readAll();
                assertThat(own.texts).as("nor is it told").containsExactly("1", "2");
                majority.set(true);
                unclear.get(30, TimeUnit.SECONDS);
                own.readAll();
                assertThat(own.texts).containsExactly("1", "2", "3");
            } finally {
                log.close();
            }
        }
    }

    @Test
    void anEventBetweenTwoLossesOfOneCutIsNotAcknowledged() throws Exception {
        AtomicBoolean inOrder = new AtomicBoolean();
        try (TestCluster cluster = new TestCluster(4)) {
            Node node = cluster.node(0);
            MemberWatch watch = new MemberWatch(node.hazelcast(), member -> inOrder.get(), Duration.ofSeconds(10));
            RingBufferEventLog log = new RingBufferEventLog(
                    watch, cluster.key(), "cut off", TestCluster.LIMITS, InstantSource.system(), majority::get);
            try {
                log.ready().get(30, TimeUnit.SECONDS);
                inOrder.set(true);
                leave(node, cluster.node(3));
                publish(log, "1").get(30, TimeUnit.SECONDS);
                assertThat(watch.doubt()).as("it had said that it leaves").isZero();

                inOrder.set(false);
                leave(node, cluster.node(2));
                CompletableFuture<?> between = publish(log, "2");
                leave(node, cluster.node(1));
                majority.set(false);
                assertThatThrownBy(() -> between.get(30, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOfSatisfying(
                                DataPrismException.class,
                                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NO_MAJORITY));
                Reader own = new Reader(log, new Start.Earliest());
                own.readAll();
                assertThat(own.texts).containsExactly("1");
            } finally {
                log.close();
            }
        }
    }

    @Test
    void afterALossAnEventIsAcknowledgedWhenNobodyElseIsLost() throws Exception {
        try (TestCluster cluster = new TestCluster(3)) {
            Node node = cluster.node(0);
            node.publish("a", "1");
            MemberWatch watch = TestCluster.watch(node.hazelcast());
            RingBufferEventLog log = new RingBufferEventLog(
                    watch, cluster.key(), "stays", TestCluster.LIMITS, InstantSource.system(), majority::get);
            try {
                log.ready().get(30, TimeUnit.SECONDS);
                leave(node, cluster.node(2));
                publish(log, "2").get(30, TimeUnit.SECONDS);
                assertThat(watch.doubt()).isZero();
                Reader reader = new Reader(cluster.node(1).log(), new Start.Earliest());
                await().atMost(LIMIT).untilAsserted(() -> {
                    reader.readAll();
                    assertThat(reader.texts).containsExactly("1", "2");
                });
            } finally {
                log.close();
            }
        }
    }

    private static CompletableFuture<?> publish(EventLog log, String text) {
        return log.publish(TOPIC, "/nodes/watched", TestCluster.json(text));
    }

    private static void leave(Node of, Node leaving) {
        UUID uuid = leaving.hazelcast().getLocalEndpoint().getUuid();
        leaving.kill();
        await().atMost(LIMIT)
                .until(() -> of.hazelcast().getCluster().getMembers().stream()
                        .noneMatch(member -> member.getUuid().equals(uuid)));
    }

    private HazelcastInstance watched(HazelcastInstance real) {
        return (HazelcastInstance) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HazelcastInstance.class}, (proxy, method, arguments) -> {
                    Object answer = answer(method, real, arguments);
                    return answer instanceof Ringbuffer<?> ring && RING.equals(ring.getName()) ? watched(ring) : answer;
                });
    }

    private Ringbuffer<?> watched(Ringbuffer<?> real) {
        return (Ringbuffer<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Ringbuffer.class}, (proxy, method, arguments) -> {
                    Object answer = answer(method, real, arguments);
                    return method.getName().equals("addAllAsync")
                            ? ((CompletionStage<?>) answer)
                                    .whenCompleteAsync((last, failure) -> run(beforeAnswers.poll()))
                            : answer;
                });
    }

    private static @Nullable Object answer(Method method, Object real, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }

    private static void run(@Nullable Runnable something) {
        if (something != null) {
            something.run();
        }
    }
}
