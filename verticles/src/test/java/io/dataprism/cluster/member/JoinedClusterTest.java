package io.dataprism.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.multimap.MultiMap;
import io.dataprism.bus.Addresses;
import io.dataprism.cluster.Member;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinedClusterTest {

    private static final Caller NODE = Caller.of(new Principal.Node("a"));
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration SPARED = Duration.ofMillis(100);

    /** Others are looked for every five seconds, and each is waited for as long. */
    private static final Duration LOOKED_FOR = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private TestCluster cluster;

    @BeforeEach
    void begin() throws Exception {
        cluster = new TestCluster(folder, 5, null);
    }

    @AfterEach
    void end() throws Exception {
        cluster.close();
    }

    private static void awaitNoted(TestCluster.Node node, String... ids) {
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(node.joined().noted()).containsExactlyInAnyOrder(ids));
    }

    @Test
    void membersSeeEachOtherAndWhatTheyHaveBecome() throws Exception {
        TestCluster.Node a = cluster.add("a");
        TestCluster.Node b = cluster.add("b");
        a.awaitMembers(2);
        b.awaitMembers(2);
        b.joined().become(b.joined().members().self().serving("127.0.0.1:8080"));
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(a.joined().members().find("b"))
                        .map(Member::address)
                        .contains("127.0.0.1:8080"));
        assertThat(a.joined().members().all()).extracting(Member::id).containsExactly("a", "b");
        assertThat(a.joined().members().hasMajority()).isTrue();
    }

    @Test
    void theMajorityIsThatOfTheNodesThatThereAreSeenOrNot() throws Exception {
        TestCluster.Node a = cluster.add("a");
        TestCluster.Node b = cluster.add("b");
        TestCluster.Node c = cluster.add("c");
        a.awaitMembers(3);
        awaitNoted(a, "a", "b", "c");
        b.crash();
        c.crash();
        a.awaitMembers(1);
        assertThat(a.joined().members().hasMajority()).isFalse();
        assertThat(a.joined().sight()).isEqualTo("this node sees 1 of 3 data members; changes need 2");
        assertThatThrownBy(() -> a.joined().forget("b")).hasFieldOrPropertyWithValue("code", ErrorCode.NO_MAJORITY);
    }

    @Test
    void whoWillNotComeBackIsForgottenByAnOperatorAndNotNeededForAMajorityAnyMore() throws Exception {
        TestCluster.Node a = cluster.add("a");
        TestCluster.Node b = cluster.add("b");
        TestCluster.Node c = cluster.add("c");
        awaitNoted(a, "a", "b", "c");
        c.crash();
        a.awaitMembers(2);
        assertThatThrownBy(() -> a.joined().forget("b")).hasFieldOrPropertyWithValue("code", ErrorCode.STATE_CONFLICT);
        assertThatThrownBy(() -> a.joined().forget("x"))
                .hasFieldOrPropertyWithValue("code", ErrorCode.NOT_FOUND)
                .hasFieldOrPropertyWithValue("hint", "On it and not seen: c.");
        a.joined().forget("c");
        awaitNoted(b, "a", "b");
        Awaitility.await().atMost(TIMEOUT).until(() -> a.joined().sight().contains("sees 2 of 2"));
        assertThatThrownBy(() -> a.joined().forget("c"))
                .hasFieldOrPropertyWithValue("hint", "All that are on it are seen: there is nobody to forget.");
    }

    /** Its disk is lost, and its identity with it: once and again, and there is a majority still. */
    @Test
    void whoComesWithAnotherDiskTakesThePlaceOfWhoWasAtItsAddress() throws Exception {
        TestCluster.Node a = cluster.add("a");
        cluster.add("b");
        TestCluster.Node c = cluster.add("c");
        awaitNoted(a, "a", "b", "c");
        for (String next : List.of("d", "e")) {
            c.crash();
            a.awaitMembers(2);
            c = cluster.addInPlaceOf(2, next);
            awaitNoted(a, "a", "b", next);
            Awaitility.await().atMost(TIMEOUT).until(() -> a.joined().sight().contains("sees 3 of 3"));
        }
    }

    @Test
    void aNodeThatLeavesInGoodOrderIsForgottenAndNotMissed() throws Exception {
        TestCluster.Node a = cluster.add("a");
        TestCluster.Node b = cluster.add("b");
        awaitNoted(a, "a", "b");
        b.joined().leave();
        b.vertx().close().await(20, TimeUnit.SECONDS);
        a.awaitMembers(1);
        assertThat(a.joined().watch().doubt()).isZero();
        Awaitility.await().atMost(TIMEOUT).until(() -> a.joined().members().hasMajority());
        assertThat(a.joined().sight()).contains("sees 1 of 1");
    }

    @Test
    void nothingCountsAsKeptForAWhileAfterANodeWasLostUnlessItHadSaidThatItLeaves() throws Exception {
        TestCluster.Node a = cluster.add("a");
        TestCluster.Node b = cluster.add("b");
        TestCluster.Node c = cluster.add("c");
        awaitNoted(a, "a", "b", "c");
        b.joined().become(b.joined().members().self().leaving());
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(a.joined().members().find("b"))
                        .map(Member::draining)
                        .contains(true));
        b.crash();
        a.awaitMembers(2);
        assertThat(a.joined().watch().doubt()).isZero();
        assertThat(a.joined().watch().now().haveStayed()).isTrue();

        c.crash();
        a.awaitMembers(1);
        assertThat(a.joined().watch().doubt()).isPositive();
        assertThat(a.joined().watch().now().haveStayed()).isFalse();
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> a.joined().watch().doubt().isZero());
        assertThat(a.joined().watch().now().haveStayed()).isTrue();

        a.crash();
        assertThat(a.joined().watch().doubt())
                .as("where there is no cluster any more")
                .isPositive();
        assertThat(a.joined().watch().now().haveStayed()).isFalse();
    }

    @Test
    void aNodesWordIsThereForAsLongAsItIsAMemberAndGoneWithIt() throws Exception {
        TestCluster.Node a = cluster.add("a");
        TestCluster.Node b = cluster.add("b");
        a.awaitMembers(2);
        b.joined().states().publish("plugins", new JsonObject().put("count", 1));
        b.joined().states().publish("plugins", new JsonObject().put("count", 2));
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> a.joined().states().of("b", "plugins").getInteger("count", 0) == 2);
        b.crash();
        a.awaitMembers(1);
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(
                        () -> assertThat(a.joined().states().of("b", "plugins")).isEmpty());
    }

    @Test
    void aMemberOfHazelcastWithoutTheClustersKeyIsNoNode() throws Exception {
        TestCluster.Node a = cluster.add("a");
        TestCluster.Node stranger = cluster.add("x", ClusterKey.of(ClusterKey.newSecret()));
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> a.joined().hazelcast().getCluster().getMembers().size() == 2);
        stranger.joined().states().publish("plugins", new JsonObject().put("count", 1));
        TestCluster.Node b = cluster.add("b");
        a.awaitMembers(2);
        b.awaitMembers(2);
        assertThat(a.joined().members().all()).extracting(Member::id).containsExactly("a", "b");
        assertThat(a.joined().states().of("x", "plugins")).isEmpty();
    }

    @Test
    void aNodeListensAtTheAddressThatItBindsToAndAtNoOther() throws Exception {
        cluster.add("a");
        for (int port : cluster.portsOfMembersAndBus(0)) {
            try (Socket there = new Socket("127.0.0.1", port)) {
                assertThat(there.isConnected()).isTrue();
            }
            assertThatThrownBy(() -> new Socket("127.0.0.2", port).close())
                    .as("port %d at another address of this machine", port)
                    .isInstanceOf(ConnectException.class);
        }
    }

    /** The threads that send to it send to others as well: heartbeats, which these must not miss. */
    @Test
    void aPeerThatTakesConnectionsAndSaysNothingKeepsNoThreadBusy() throws Exception {
        try (TestCluster pair = new TestCluster(folder, 2, null)) {
            pair.add("a");
            aSilentPeerKeepsNoThreadBusy(pair);
        }
    }

    private static void aSilentPeerKeepsNoThreadBusy(TestCluster pair) throws Exception {
        try (ServerSocket frozen = pair.addSilent(1)) {
            frozen.setSoTimeout((int) LOOKED_FOR.toMillis());
            try (Socket connection = frozen.accept()) {
                long began = System.nanoTime();
                long used = sendersNanos();
                Awaitility.await()
                        .during(Duration.ofSeconds(1))
                        .atMost(Duration.ofSeconds(3))
                        .until(() -> sendersNanos() - used < (System.nanoTime() - began) / 2 + SPARED.toNanos());
                assertThat(connection.isConnected()).isTrue();
            }
        }
    }

    /** What the processors have done for the threads that write to other members. */
    private static long sendersNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Stream.of(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().contains("IO.thread-out"))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
                .sum();
    }

    @Test
    void nodesAskEachOtherAndHearFailuresAsTheyAre() throws Exception {
        TestCluster.Node a = cluster.add("a");
        TestCluster.Node b = cluster.add("b");
        a.awaitMembers(2);
        b.calls()
                .serve(
                        "double",
                        (caller, body) -> Future.succeededFuture(new JsonObject()
                                .put("twice", 2 * body.getInteger("number"))
                                .put("for", caller.principal().uri())));
        b.calls()
                .serve(
                        "refuse",
                        (caller, body) ->
                                Future.failedFuture(new DataPrismException(ErrorCode.TABLE_NOT_FOUND, "No.", "Look.")));
        JsonObject answer = a.calls()
                .call("b", "double", NODE, new JsonObject().put("number", 21), TIMEOUT)
                .await(20, TimeUnit.SECONDS);
        assertThat(answer).isEqualTo(new JsonObject().put("twice", 42).put("for", "/nodes/a"));
        assertThatThrownBy(() -> a.calls()
                        .call("b", "refuse", NODE, new JsonObject(), TIMEOUT)
                        .await(20, TimeUnit.SECONDS))
                .hasFieldOrPropertyWithValue("code", ErrorCode.TABLE_NOT_FOUND);
        assertThatThrownBy(() -> a.calls()
                        .call("b", "unheard-of", NODE, new JsonObject(), TIMEOUT)
                        .await(20, TimeUnit.SECONDS))
                .hasFieldOrPropertyWithValue("code", ErrorCode.NOT_FOUND);
        assertThatThrownBy(() -> a.calls()
                        .call("nobody", "double", NODE, new JsonObject(), TIMEOUT)
                        .await(20, TimeUnit.SECONDS))
                .hasFieldOrPropertyWithValue("code", ErrorCode.NODE_LOST);
        assertThat(a.calls().pendingCount()).isZero();
    }

    /** As a copy of the map brings it back that has missed its removal. */
    @Test
    void aRegistrationOfAProcessThatIsGoneGetsNoMessagesAndIsTakenAway() throws Exception {
        TestCluster.Node a = cluster.add("a");
        TestCluster.Node b = cluster.add("b");
        a.awaitMembers(2);
        b.vertx().eventBus().consumer("echo", message -> message.reply(message.body()));
        MultiMap<String, HazelcastRegistrationInfo> map = a.joined().hazelcast().getMultiMap(RegistrationReaper.MAP);
        Awaitility.await().atMost(TIMEOUT).until(() -> map.containsKey("echo"));
        HazelcastRegistrationInfo stale = new HazelcastRegistrationInfo(
                new RegistrationInfo(UUID.randomUUID().toString(), 1, false));
        map.put("echo", stale);
        for (int each = 0; each < 10; each++) {
            assertThat(a.vertx()
                            .eventBus()
                            .request("echo", each)
                            .await(20, TimeUnit.SECONDS)
                            .body())
                    .isEqualTo(each);
        }
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(map.get("echo")).hasSize(1));
        assertThat(a.vertx()
                        .eventBus()
                        .request("echo", "still")
                        .await(20, TimeUnit.SECONDS)
                        .body())
                .isEqualTo("still");
    }

    @Test
    void nodesHaveSpokenWithEachOtherBeforeAnybodyCalls() throws Exception {
        TestCluster.Node a = cluster.add("a");
        Set<String> heard = ConcurrentHashMap.newKeySet();
        a.vertx().eventBus().addInboundInterceptor(delivery -> {
            heard.add(delivery.message().address());
            delivery.next();
        });
        TestCluster.Node b = cluster.add("b");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> heard.contains(Addresses.calls("a")));
        Awaitility.await().until(() -> a.calls().pendingCount() + b.calls().pendingCount() == 0);
    }

    @Test
    void whatANodeAsksOfItselfIsBoundedToo() throws Exception {
        TestCluster.Node a = cluster.add("a");
        a.calls().serve("wait", (caller, body) -> Promise.<JsonObject>promise().future());
        assertThatThrownBy(() -> a.calls()
                        .call("a", "wait", NODE, new JsonObject(), Duration.ofMillis(100))
                        .await(20, TimeUnit.SECONDS))
                .hasFieldOrPropertyWithValue("code", ErrorCode.OVERLOADED);
        assertThat(a.calls().pendingCount()).isZero();
    }

    @Test
    void aCallToANodeThatLeavesFailsWhenItHasLeft() throws Exception {
        TestCluster.Node a = cluster.add("a");
        TestCluster.Node b = cluster.add("b");
        a.awaitMembers(2);
        Promise<JsonObject> never = Promise.promise();
        Promise<Void> asked = Promise.promise();
        b.calls().serve("wait", (caller, body) -> {
            asked.complete();
            return never.future();
        });
        Future<JsonObject> answer = a.calls().call("b", "wait", NODE, new JsonObject(), Duration.ofMinutes(5));
        asked.future().await(20, TimeUnit.SECONDS);
        b.crash();
        assertThatThrownBy(() -> answer.await(20, TimeUnit.SECONDS))
                .hasFieldOrPropertyWithValue("code", ErrorCode.NODE_LOST)
                .hasMessageContaining("Node b");
        assertThat(a.calls().lost()).isEqualTo(1);
    }
}
