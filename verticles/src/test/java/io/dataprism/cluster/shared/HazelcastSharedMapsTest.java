package io.dataprism.cluster.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.hazelcast.map.IMap;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.cluster.SharedMap.Value;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.fixtures.net.TestPorts;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HazelcastSharedMapsTest {

    private static final String MAP = "catalog";

    private final String cluster = "shared-" + UUID.randomUUID();
    private final ClusterKey key = ClusterKey.of(ClusterKey.newSecret());
    private final List<SharedNode> nodes = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        nodes.forEach(node -> {
            node.maps.close();
            node.hazelcast.getLifecycleService().terminate();
        });
    }

    @Test
    void whatOneNodeSetsAllHaveInMemoryAndOnDisk() throws Throwable {
        start(3);
        assertThat(node(0).map(MAP).put("a", SharedMap.NEVER, bytes("one"))).isEqualTo(1);
        assertThat(text(node(1).map(MAP).fresh("a").orElseThrow())).isEqualTo("one");
        assertThat(node(2).map(MAP).put("a", 1, bytes("two"))).isEqualTo(2);
        assertThat(node(1).map(MAP).delete("a", 2)).isEqualTo(3);
        node(0).map(MAP).put("b", SharedMap.NEVER, bytes("kept"));
        for (SharedNode node : nodes) {
            Eventually.holds(() -> {
                assertThat(node.map(MAP).all()).containsOnlyKeys("b");
                assertThat(node.map(MAP).find("a").orElseThrow().revision()).isEqualTo(3);
                assertThat(files(node)).hasSize(2);
            });
        }
        assertThat(node(0).map("other").all()).isEmpty();
    }

    @Test
    void whoIsLateHearsWhatThereIsAndWhichRevisionHeMissed() {
        start(1);
        SharedMap map = node(0).map(MAP);
        map.put("a", SharedMap.NEVER, bytes("one"));
        DataPrismException late =
                catchThrowableOfType(DataPrismException.class, () -> map.put("a", SharedMap.NEVER, bytes("other")));
        assertThat(late.code()).isEqualTo(ErrorCode.STATE_CONFLICT);
        assertThat(late.detail()).contains("catalog/a", "none", "revision 1");
        assertThat(failure(() -> map.delete("b", 7))).isEqualTo(ErrorCode.STATE_CONFLICT);
        assertThat(failure(() -> map.put("a", 1, new byte[Bound.VALUE_BYTES + 1])))
                .isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE);
        assertThat(failure(() -> map.put("", SharedMap.NEVER, bytes("x")))).isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(text(map.find("a").orElseThrow())).isEqualTo("one");
        assertThat(node(0).maps.counters().conflicts()).hasValue(2);
    }

    @Test
    void ofAllThatWriteAtOnceExactlyOneMakesEachRevision() throws Exception {
        start(3);
        long seed = new Random().nextLong();
        int writers = 6;
        int wins = 25;
        Map<String, Integer> winners = new ConcurrentHashMap<>();
        AtomicInteger unclear = new AtomicInteger();
        try (ExecutorService executor = Executors.newFixedThreadPool(writers)) {
            List<Future<Integer>> runs = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                SharedMap map = node(writer % 3).map(MAP);
                Random random = new Random(seed + writer);
                int me = writer;
                runs.add(executor.submit(() -> race(map, random, me, wins, winners, unclear)));
            }
            for (Future<Integer> run : runs) {
                assertThat(run.get()).as("seed %s", seed).isEqualTo(wins);
            }
        }
        assertThat(winners).as("seed %s", seed).hasSize(writers * wins);
        long last = 0;
        for (String each : List.of("k0", "k1", "k2")) {
            last += node(0).map(MAP).fresh(each).map(Value::revision).orElse(SharedMap.NEVER);
        }
        assertThat(last)
                .as("seed %s: no revision is left out", seed)
                .isBetween((long) writers * wins, (long) writers * wins + unclear.get());
    }

    private static int race(
            SharedMap map, Random random, int me, int wins, Map<String, Integer> winners, AtomicInteger unclear) {
        int won = 0;
        while (won < wins) {
            String key = "k" + random.nextInt(3);
            long seen = map.fresh(key).map(Value::revision).orElse(SharedMap.NEVER);
            try {
                long made = random.nextInt(5) == 0 ? map.delete(key, seen) : map.put(key, seen, bytes("by " + me));
                assertThat(winners.put(key + "@" + made, me))
                        .as("revision %s of %s", made, key)
                        .isNull();
                won++;
            } catch (DataPrismException lost) {
                if (lost.detail().contains("not known whether")) { // partitions move, on a machine that is busy
                    assertThat(lost.code()).isEqualTo(ErrorCode.NO_MAJORITY);
                    assertThat(unclear.incrementAndGet()).isLessThan(wins);
                } else {
                    assertThat(lost.code()).isEqualTo(ErrorCode.STATE_CONFLICT);
                }
            }
        }
        return won;
    }

    @Test
    void aClusterThatWasOffComesBackWithTheLastRevisionOfEveryDisk() throws Throwable {
        start(3);
        node(0).map(MAP).put("changed", SharedMap.NEVER, bytes("old"));
        node(0).map(MAP).put("deleted", SharedMap.NEVER, bytes("old"));
        Eventually.holds(() -> assertThat(files(node(2))).hasSize(2));
        nodes.get(2).terminate(); // its disk stays behind
        node(0).map(MAP).put("changed", 1, bytes("new"));
        node(1).map(MAP).delete("deleted", 1);
        node(1).map(MAP).put("added", SharedMap.NEVER, bytes("new"));
        for (int i : List.of(0, 1)) {
            Eventually.holds(() -> assertThat(files(node(i))).hasSize(3));
        }
        nodes.forEach(SharedNode::terminate);
        nodes.clear();

        restart(2); // the one that is behind is first
        assertThat(text(node(0).map(MAP).find("changed").orElseThrow())).isEqualTo("old");
        restart(0);
        restart(1);
        for (SharedNode node : nodes) {
            Eventually.holds(() -> {
                assertThat(node.map(MAP).all()).containsOnlyKeys("changed", "added");
                assertThat(text(node.map(MAP).find("changed").orElseThrow())).isEqualTo("new");
                assertThat(node.map(MAP).find("deleted").orElseThrow().revision())
                        .isEqualTo(2);
            });
        }
        assertThat(node(0).map(MAP).put("changed", 2, bytes("newer"))).isEqualTo(3);
    }

    @Test
    void aNodeWithAnEmptyDiskHasAllAndANodeThatIsLostCostsNothing() throws Throwable {
        start(3);
        for (int i = 0; i < 50; i++) {
            node(i % 3).map(MAP).put("k" + i, SharedMap.NEVER, bytes("v" + i));
        }
        nodes.remove(1).terminate();
        assertThat(node(0).map(MAP).put("after", SharedMap.NEVER, bytes("x"))).isEqualTo(1);
        add(folder.resolve("fresh"), TestPorts.take());
        assertThat(node(2).map(MAP).all()).hasSize(51);
        assertThat(files(node(2))).hasSize(51);
    }

    @Test
    void aChangeCountsOnlyWhereNobodyLeftWhileItWasMade() throws Throwable {
        start(3);
        node(0).map(MAP).put("a", SharedMap.NEVER, bytes("one"));
        AtomicInteger sets = new AtomicInteger();
        Deque<Runnable> beforeSets = new ArrayDeque<>();
        Deque<Runnable> afterSets = new ArrayDeque<>();
        HazelcastSharedMap map = mapOfNode0(() -> run(beforeSets), () -> {
            sets.incrementAndGet();
            run(afterSets);
        });

        afterSets.add(() -> leave(2));
        assertThat(map.put("a", 1, bytes("two"))).isEqualTo(2);
        assertThat(sets).as("made again, for those that are left").hasValue(2);
        Eventually.holds(
                () -> assertThat(text(node(1).map(MAP).find("a").orElseThrow())).isEqualTo("two"));

        add(folder.resolve("third"), TestPorts.take());
        beforeSets.add(() -> {});
        beforeSets.add(() -> {
            throw new SplitBrainProtectionException("as Hazelcast says it once in a heartbeat");
        });
        afterSets.add(() -> leave(3));
        assertThat(unclear(map, 2, "three")).contains("not known whether");
        assertThat(text(node(0).map(MAP).fresh("a").orElseThrow())).isEqualTo("three");

        add(folder.resolve("fourth"), TestPorts.take());
        add(folder.resolve("fifth"), TestPorts.take());
        leave(5);
        node(0).map(MAP).put("b", SharedMap.NEVER, bytes("after a loss"));
        assertThat(node(0).watch.doubt())
                .as("no more of it, when a change counts")
                .isZero();

        afterSets.add(() -> {
            leave(4);
            node(1).map(MAP).put("a", 4, bytes("by another, on top of it"));
        });
        assertThat(unclear(map, 3, "four")).contains("not known whether");

        afterSets.add(() -> {
            leave(1);
            node(0).majority = false; // as of a node that has been cut off
        });
        assertThat(unclear(map, 5, "six")).contains("not known whether");
    }

    private static String unclear(SharedMap map, long expected, String text) {
        DataPrismException unclear =
                catchThrowableOfType(DataPrismException.class, () -> map.put("a", expected, bytes(text)));
        assertThat(unclear.code()).isEqualTo(ErrorCode.NO_MAJORITY);
        return unclear.detail();
    }

    private static void run(Deque<Runnable> hooks) {
        Runnable next = hooks.poll();
        if (next != null) {
            next.run();
        }
    }

    /** The first node's map, on a real one of Hazelcast's: something happens before a change is made there, and before it is answered. */
    @SuppressWarnings("unchecked")
    private HazelcastSharedMap mapOfNode0(Runnable beforeSet, Runnable afterSet) {
        SharedNode node = node(0);
        IMap<String, byte[]> real = node.raw(MAP);
        InvocationHandler handler = (proxy, method, arguments) -> {
            boolean sets = method.getName().equals("replace");
            if (sets) {
                beforeSet.run();
            }
            Object answer;
            try {
                answer = method.invoke(real, arguments);
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
            if (sets) {
                afterSet.run();
            }
            return answer;
        };
        IMap<String, byte[]> map = (IMap<String, byte[]>)
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {IMap.class}, handler);
        Seals seals = new Seals(key);
        CopyFolder disk = new CopyFolder(folder.resolve("watched"));
        SharedThread thread = new SharedThread(() -> {}, new AtomicLong());
        thread.close(); // nothing is looked at but when it is asked
        SharedContext context = new SharedContext(
                node.watch,
                () -> node.majority,
                new Refusals(() -> "this node sees what it sees"),
                new SharedCounters(),
                thread,
                new Offers(node.hazelcast, seals, () -> node.majority));
        return new HazelcastSharedMap(map, seals, disk, context);
    }

    private void leave(int i) {
        node(i).terminate();
        try {
            Eventually.holds(() -> assertThat(node(0).hazelcast.getCluster().getMembers())
                    .extracting(member -> member.getAddress().getPort())
                    .doesNotContain(node(i).port));
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void whatNoNodeHasSealedIsIgnoredAndReplaced() throws Throwable {
        start(2);
        SharedMap map = node(0).map(MAP);
        for (String each : List.of("forged", "moved", "removed", "old")) {
            map.put(each, SharedMap.NEVER, bytes("first " + each));
        }
        byte[] replayed = node(0).raw(MAP).get("old");
        map.put("old", 1, bytes("second"));
        Eventually.holds(
                () -> assertThat(node(1).map(MAP).find("old").orElseThrow().revision())
                        .isEqualTo(2));

        ClusterKey another = ClusterKey.of(ClusterKey.newSecret());
        Value forged = new Value(99, bytes("forged"), false);
        node(0).raw(MAP).set("forged", another.seal("dataprism.shared.catalog/forged", Envelope.write(forged)));
        node(0).raw(MAP).set("moved", node(0).raw(MAP).get("removed"));
        node(0).raw(MAP).delete("removed");
        node(0).raw(MAP).set("old", replayed);
        node(0).raw(MAP).set("strange", bytes("strange"));

        for (SharedNode node : nodes) {
            Eventually.holds(() -> {
                for (String each : List.of("forged", "moved", "removed")) {
                    assertThat(text(node.map(MAP).fresh(each).orElseThrow())).isEqualTo("first " + each);
                    assertThat(open(node, each)).isEqualTo("first " + each);
                }
                assertThat(open(node, "old")).isEqualTo("second");
            });
            assertThat(node.map(MAP).find("strange")).isEmpty();
        }
        assertThat(node(0).maps.counters().unverifiable().get()).isPositive();
        assertThat(map.put("strange", SharedMap.NEVER, bytes("ours"))).isEqualTo(1);
    }

    @Test
    void withoutAMajorityNothingIsChangedAndReadingGoesOn() throws Throwable {
        start(2);
        SharedMap map = node(0).map(MAP);
        map.put("a", SharedMap.NEVER, bytes("kept"));
        Eventually.holds(() -> assertThat(node(1).map(MAP).all()).containsOnlyKeys("a"));
        nodes.forEach(node -> node.majority = false);
        assertThat(failure(() -> map.put("a", 1, bytes("lost")))).isEqualTo(ErrorCode.NO_MAJORITY);
        assertThat(failure(() -> map.delete("a", 1))).isEqualTo(ErrorCode.NO_MAJORITY);
        assertThat(text(map.fresh("a").orElseThrow())).isEqualTo("kept");
        Eventually.holds(() -> assertThat(catchThrowableOfType(
                        SplitBrainProtectionException.class,
                        () -> node(1).raw(MAP).set("x", bytes("past us"))))
                .isNotNull());
        nodes.forEach(node -> node.majority = true);
        assertThat(map.put("a", 1, bytes("goes on"))).isEqualTo(2);
        assertThat(node(0).maps.counters().refused()).hasValue(2);
        node(0).hazelcast.getLifecycleService().terminate();
        assertThat(failure(() -> map.put("a", 2, bytes("gone")))).isEqualTo(ErrorCode.DRAINING);
        assertThat(text(map.fresh("a").orElseThrow())).isEqualTo("goes on");
    }

    @Test
    void halvesThatWereApartAgreeOnTheHighestRevision() throws Throwable {
        SharedNode one = add(folder.resolve("one"), TestPorts.take(), List.of());
        SharedNode other = add(folder.resolve("other"), TestPorts.take(), List.of());
        one.map(MAP).put("higher here", SharedMap.NEVER, bytes("1"));
        one.map(MAP).put("higher here", 1, bytes("2"));
        other.map(MAP).put("higher here", SharedMap.NEVER, bytes("1 too"));
        one.map(MAP).put("higher there", SharedMap.NEVER, bytes("1"));
        other.map(MAP).put("higher there", SharedMap.NEVER, bytes("1 too"));
        other.map(MAP).delete("higher there", 1);
        one.map(MAP).put("tie", SharedMap.NEVER, bytes("x"));
        other.map(MAP).put("tie", SharedMap.NEVER, bytes("y"));
        one.map(MAP).put("only here", SharedMap.NEVER, bytes("a"));
        other.map(MAP).put("only there", SharedMap.NEVER, bytes("b"));
        one.alsoLookAt(other.port);
        other.alsoLookAt(one.port);
        Eventually.holds(
                () -> assertThat(one.hazelcast.getCluster().getMembers()).hasSize(2));
        for (SharedNode node : nodes) {
            Eventually.holds(() -> {
                assertThat(node.map(MAP).all()).containsOnlyKeys("higher here", "tie", "only here", "only there");
                assertThat(open(node, "higher here")).isEqualTo("2");
                assertThat(text(node.map(MAP).find("tie").orElseThrow())).isEqualTo("y");
                assertThat(node.map(MAP).find("higher there").orElseThrow().revision())
                        .isEqualTo(2);
            });
        }
        assertThat(one.map(MAP).put("tie", 1, bytes("z"))).isEqualTo(2);
    }

    @Test
    void aDamagedCopyIsPutAsideAndComesAgain() throws Throwable {
        start(2);
        node(0).map(MAP).put("a", SharedMap.NEVER, bytes("whole"));
        Eventually.holds(() -> assertThat(files(node(1))).hasSize(1));
        nodes.remove(1).terminate();
        Path copy = folder.resolve("node1").resolve("shared").resolve(MAP);
        Path file = Files.list(copy).findFirst().orElseThrow();
        byte[] spoilt = Files.readAllBytes(file);
        spoilt[spoilt.length - 1] ^= 1;
        Files.write(file, spoilt);
        Files.writeString(copy.resolve("no base64!"), "x");
        restart(1);
        assertThat(text(node(1).map(MAP).find("a").orElseThrow())).isEqualTo("whole");
        try (Stream<Path> files = Files.list(copy)) {
            assertThat(files.map(each -> each.getFileName().toString()).filter(name -> name.endsWith(".damaged")))
                    .hasSize(2);
        }
        assertThat(file).exists();
        assertThat(java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aListenerHearsAllThereIsThenEachChangeAndAgainWhatItThrewAt() throws Throwable {
        start(2);
        node(0).map(MAP).put("a", SharedMap.NEVER, bytes("1"));
        node(0).map(MAP).put("gone", SharedMap.NEVER, bytes("1"));
        node(0).map(MAP).delete("gone", 1);
        List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
        node(0).map(MAP).listen((key, value) -> {
            heard.add(key + value.revision() + value.deleted());
            if (heard.stream().filter("b1false"::equals).count() == 1 && key.equals("b")) {
                throw new IllegalStateException("once");
            }
        });
        assertThat(heard).containsExactly("a1false", "gone2true");
        node(1).map(MAP).put("b", SharedMap.NEVER, bytes("1"));
        Eventually.holds(() -> assertThat(heard).containsExactly("a1false", "gone2true", "b1false", "b1false"));
    }

    private void start(int count) {
        for (int i = 0; i < count; i++) {
            ports.add(TestPorts.take());
        }
        for (int i = 0; i < count; i++) {
            add(folder.resolve("node" + i), ports.get(i));
        }
    }

    private void restart(int i) {
        add(folder.resolve("node" + i), ports.get(i));
    }

    private void add(Path data, int port) {
        add(data, port, ports);
    }

    private SharedNode add(Path data, int port, List<Integer> seeds) {
        SharedNode node = new SharedNode(cluster, key, data, port, seeds);
        nodes.add(node);
        return node;
    }

    private SharedNode node(int i) {
        return nodes.get(i);
    }

    private String open(SharedNode node, String each) {
        return new Seals(key)
                .open("dataprism.shared.catalog", each, node.raw(MAP).get(each))
                .map(HazelcastSharedMapsTest::text)
                .orElse("cannot be opened");
    }

    private static List<Path> files(SharedNode node) throws java.io.IOException {
        try (Stream<Path> files = Files.list(node.data.resolve("shared").resolve(MAP))) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    private static ErrorCode failure(ThrowingCallable callable) {
        DataPrismException failure = catchThrowableOfType(DataPrismException.class, callable);
        return failure.code();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Value value) {
        return new String(value.bytes(), StandardCharsets.UTF_8);
    }
}
