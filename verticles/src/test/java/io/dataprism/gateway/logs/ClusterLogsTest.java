package io.dataprism.gateway.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.cluster.Role;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.gateway.contract.PublishedContract;
import io.dataprism.host.PluginLog;
import io.dataprism.plugin.PluginLogger.Level;
import io.dataprism.testing.JoinedNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** The logs of one plugin on the nodes of a real cluster. */
@Tag("longer")
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterLogsTest {

    private static final Caller ADMIN = Caller.of(Principal.User.admin());
    private static final List<JoinedNode> NODES = new ArrayList<>();
    private static final List<PluginLog> LOGS = new ArrayList<>();
    private static final List<ClusterLogs> CLUSTER = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        NODES.addAll(JoinedNode.start(List.of(Set.of(Role.GATEWAY), Set.of(Role.PLUGINS), Set.of(Role.PLUGINS))));
        for (JoinedNode node : NODES) {
            PluginLog log = new PluginLog();
            LOGS.add(log);
            CLUSTER.add(new ClusterLogs(node.cluster.members(), node.calls, logging(log)));
        }
    }

    @AfterAll
    static void stop() {
        NODES.forEach(JoinedNode::close);
    }

    private static Function<String, Future<PluginLog>> logging(PluginLog log) {
        return plugin -> plugin.equals("p")
                ? Future.succeededFuture(log)
                : Future.failedFuture(
                        new DataPrismException(ErrorCode.PLUGIN_NOT_FOUND, "There is none.", "Register it."));
    }

    /** Somebody who follows on a node. */
    private static final class Follower {
        private final List<JsonObject> lines = new CopyOnWriteArrayList<>();
        private final Context context;
        private LogReading reading;

        Follower(int node) {
            context = NODES.get(node).vertx.getOrCreateContext();
            Promise<Void> begun = Promise.promise();
            context.runOnContext(go -> CLUSTER.get(node)
                    .read(ADMIN, "p")
                    .onSuccess(opened -> {
                        reading = opened;
                        opened.own().follow(() -> context.runOnContext(more -> opened.wakeOwn()));
                        opened.begin(this::add, () -> false, () -> {});
                        NODES.get(node).vertx.setPeriodic(50, tick -> opened.wakeOthers());
                        begun.complete();
                    })
                    .onFailure(begun::fail));
            JoinedNode.await(begun.future());
        }

        private void add(byte[] line) {
            lines.add(new JsonObject(new String(line, StandardCharsets.UTF_8)));
        }

        List<String> messages() {
            return lines.stream().map(line -> line.getString("message")).toList();
        }

        void await(int count) {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> lines.size() >= count);
        }
    }

    @Test
    @Order(1)
    void whatIsKeptComesByTimeAndWhatIsWrittenThenAsItComes() {
        for (int i = 0; i < 600; i++) {
            LOGS.get(1 + i % 2).add(Level.INFO, "line " + i);
            awaitNextMilli();
        }
        Follower follower = new Follower(0);
        follower.await(600);
        assertThat(follower.messages())
                .isEqualTo(IntStream.range(0, 600).mapToObj(i -> "line " + i).toList());
        assertThat(follower.lines.subList(0, 2))
                .extracting(line -> line.getString("node"))
                .containsExactly("node-1", "node-2");
        follower.lines.forEach(
                line -> PublishedContract.assertFits(PublishedContract.OPEN_API, "LogLine", line, line.encode()));

        LOGS.get(2).add(Level.WARN, "elsewhere");
        follower.await(601);
        LOGS.get(0).add(Level.WARN, "here");
        follower.await(602);
        assertThat(follower.messages().subList(600, 602)).containsExactly("elsewhere", "here");
        follower.reading.end();
    }

    /** Times of lines are then apart. */
    private static void awaitNextMilli() {
        long now = System.nanoTime();
        while (System.nanoTime() - now < 50_000) {
            Thread.onSpinWait();
        }
    }

    @Test
    @Order(2)
    void aPluginThatIsNotThereIsSaid() {
        Promise<LogReading> read = Promise.promise();
        NODES.getFirst()
                .vertx
                .getOrCreateContext()
                .runOnContext(go -> CLUSTER.getFirst().read(ADMIN, "none").onComplete(read));
        assertThatThrownBy(() -> JoinedNode.await(read.future())).hasMessageContaining("There is none.");
    }

    @Test
    @Order(3)
    void aNodeThatIsLostIsToldOfOnceAndTheOthersGoOn() {
        Follower follower = new Follower(0);
        follower.await(602);
        NODES.get(2).crash();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> NODES.getFirst().cluster.members().all().size() == 2);
        LOGS.get(1).add(Level.INFO, "after");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> follower.messages().contains("after"));
        assertThat(follower.messages().stream().filter(each -> each.contains("cannot be read")))
                .hasSizeLessThanOrEqualTo(1);
        follower.reading.end();
    }
}
