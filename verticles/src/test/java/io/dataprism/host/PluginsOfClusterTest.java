package io.dataprism.host;

import static io.dataprism.host.TestNode.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.dataprism.bus.Addresses;
import io.dataprism.core.confinement.HostDoor;
import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.gateway.contract.PublishedContract;
import io.dataprism.host.PluginService.Execution;
import io.dataprism.host.PluginService.Outcome;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.Rendering;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** Plugins on three nodes of a real cluster. */
@Tag("longer")
class PluginsOfClusterTest {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Caller ANN =
            Caller.of(new Principal.User("ann", Set.of(Principal.Role.ANALYST), null, null, null));
    private static final String ECHO =
            ", \"operations\": [{\"name\": \"echo\", \"kind\": \"value\", \"idempotent\": true}, {\"name\": \"once\", \"kind\": \"value\"}]";

    @TempDir
    Path folder;

    private TestHosts hosts;

    @BeforeEach
    void start() throws Exception {
        hosts = new TestHosts(folder, 4);
        for (String id : List.of("a", "b", "c")) {
            TestNode host = hosts.add(id);
            host.processes.behaviour = (call, door) -> Mono.just(new Answer.Value(id));
        }
    }

    @AfterEach
    void stop() throws Exception {
        hosts.close();
    }

    @Test
    void anyNodeTakesAnyCallAndOneRunsThePlugin() throws Exception {
        TestNode a = hosts.host("a");
        a.active("p-1", ECHO);
        hosts.awaitActive("p-1", 1, SOON);
        String home = hosts.active("p-1").iterator().next();

        for (String id : hosts.ids()) {
            TestNode host = hosts.host(id);
            assertThat(host.as(ANN, () -> host.host.execute(call("p-1", "echo"))))
                    .isEqualTo(new Outcome.Value(home));
            JsonObject plugin = host.as(ADMIN, () -> host.host.get("p-1"));
            PublishedContract.assertFits(PublishedContract.OPEN_API, "Plugin", plugin, plugin.encode());
            assertThat(plugin.getString("state")).isEqualTo("active");
            assertThat(plugin.getJsonArray("nodes")).containsExactly(home);
            assertThat(plugin.getJsonArray("capabilities")).as("of the process").hasSize(1);
            assertThat(host.processes.children).hasSize(id.equals(home) ? 1 : 0);
        }
        await().untilAsserted(() -> assertThat(hosts.host(home).audit.of("plugin.executed"))
                .hasSize(3)
                .allSatisfy(line -> {
                    assertThat(line.caller()).isEqualTo(ANN);
                    assertThat(line.details().getString("instance")).isEqualTo("p-1#0");
                }));
        assertThat(hosts.host(home).told)
                .anySatisfy(event -> assertThat(event.getJsonObject("data").getString("instance"))
                        .isEqualTo("p-1#0"));
    }

    @Test
    void anOperatorOfAnyNodeIsAnsweredWhenItHoldsEverywhere() throws Exception {
        TestNode a = hosts.host("a");
        a.register("p-1", ECHO + ", \"configuration\": {\"type\": \"object\"}");
        a.as(ADMIN, () -> a.host.deploy("p-1", new JsonObject().put("replicas", "everywhere")));
        a.as(ADMIN, () -> a.host.activate("p-1"));
        assertThat(running()).isEqualTo(3);
        JsonObject plugin = a.as(ADMIN, () -> a.host.get("p-1"));
        Set<Object> numbers = new HashSet<>();
        plugin.getJsonArray("instances").forEach(each -> numbers.add(((JsonObject) each).getInteger("replica")));
        assertThat(numbers).containsExactlyInAnyOrder(0, 1, 2);

        TestNode b = hosts.host("b");
        b.as(ADMIN, () -> b.host.configure("p-1", new JsonObject().put("depth", 2)));
        for (String id : hosts.ids()) {
            assertThat(hosts.host(id).processes.last().steps).contains("configure {depth=2}");
        }
        b.as(ADMIN, () -> b.host.deactivate("p-1"));
        assertThat(hosts.active("p-1")).isEmpty();
        assertThat(running()).isEqualTo(3);
        b.as(ADMIN, () -> b.host.unload("p-1"));
        assertThat(running()).isZero();
        b.as(ADMIN, () -> b.host.unregister("p-1"));
        assertThat(a.failure(ADMIN, () -> a.host.get("p-1")).code()).isEqualTo(ErrorCode.PLUGIN_NOT_FOUND);
    }

    @Test
    void moreInstancesThanNodesAreAsManyAsThereAreNodes() throws Exception {
        TestNode a = hosts.host("a");
        a.active("p-1", ECHO);
        JsonObject two = a.as(ADMIN, () -> a.host.deploy("p-1", new JsonObject().put("replicas", 2)))
                .answer();
        assertThat(two.getJsonArray("nodes")).hasSize(2);
        hosts.awaitActive("p-1", 2, SOON);
        JsonObject five = a.as(ADMIN, () -> a.host.deploy("p-1", new JsonObject().put("replicas", 5)))
                .answer();
        PublishedContract.assertFits(PublishedContract.OPEN_API, "Deployment", five, five.encode());
        assertThat(five.getInteger("missing")).isEqualTo(2);
        hosts.awaitActive("p-1", 3, SOON);
        a.as(ADMIN, () -> a.host.deploy("p-1", new JsonObject().put("replicas", 1)));
        hosts.awaitActive("p-1", 1, SOON);
        await().until(() -> running() == 1);
        assertThat(a.failure(ADMIN, () -> a.host.deploy("p-1", new JsonObject().put("replicas", "all")))
                        .code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        DataPrismException nowhere = a.failure(
                ADMIN,
                () -> a.host.deploy("p-1", new JsonObject().put("labels", new JsonObject().put("disk", "fast"))));
        assertThat(nowhere.detail()).contains("disk");
        hosts.awaitActive("p-1", 1, SOON);
    }

    @Test
    void aReloadTakesAllInstancesOverOrNone() throws Exception {
        TestNode a = hosts.host("a");
        a.active("p-1", ECHO);
        a.as(ADMIN, () -> a.host.deploy("p-1", new JsonObject().put("replicas", 2)));
        hosts.awaitActive("p-1", 2, SOON);
        TestNode idle = hosts.host(hosts.ids().stream()
                .filter(id -> hosts.host(id).processes.children.stream().allMatch(each -> each.exited.isDone()))
                .findFirst()
                .orElseThrow());
        Calls calls = new Calls("echo");
        Path next = idle.jar("p-1", "1.1.0", ECHO);
        JsonObject switched =
                idle.as(ADMIN, () -> idle.host.reload("p-1", next)).answer();
        assertThat(switched.getString("to")).isEqualTo("1.1.0");
        assertThat(versions()).containsExactly("1.1.0", "1.1.0");

        String second =
                hosts.active("p-1").stream().reduce((one, other) -> other).orElseThrow();
        hosts.host(second).processes.constructorThrows = true;
        Path broken = idle.jar("p-1", "1.2.0", ECHO);
        DataPrismException failure = idle.failure(ADMIN, () -> idle.host.reload("p-1", broken));
        assertThat(failure.code()).isEqualTo(ErrorCode.PLUGIN_FAILED);
        await().atMost(SOON).untilAsserted(() -> assertThat(versions()).containsExactly("1.1.0", "1.1.0"));
        assertThat(idle.as(ADMIN, () -> idle.host.get("p-1")).getString("version"))
                .isEqualTo("1.1.0");
        assertThat(calls.end()).isEmpty();
    }

    @Test
    void callsThatMayBeDoneTwiceSurviveTheDeathOfANode() throws Exception {
        TestNode a = hosts.host("a");
        a.active("p-1", ECHO);
        hosts.awaitActive("p-1", 1, SOON);
        String home = hosts.active("p-1").iterator().next();
        Calls idempotent = new Calls("echo", hosts.other(home));
        Calls others = new Calls("once", hosts.other(home));
        await().until(() -> idempotent.answered.get() > 100 && others.answered.get() > 100);
        long before = System.nanoTime();

        hosts.kill(home);

        hosts.awaitActive("p-1", 1, Duration.ofSeconds(10));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
        int then = idempotent.answered.get();
        await().atMost(SOON).until(() -> idempotent.answered.get() > then + 100);
        assertThat(idempotent.end()).isEmpty();
        assertThat(others.end())
                .allSatisfy(failure -> assertThat(failure.code().retryable()).isTrue());
        assertThat(hosts.active("p-1")).isNotEmpty().doesNotContain(home);
    }

    @Test
    void aCallThatIsLostOnItsWayIsRepeatedWhereItMayBeDoneTwiceAndElseNamesTheNode() throws Exception {
        TestNode a = hosts.host("a");
        a.active("p-1", ECHO + ", \"resources\": {\"operationTimeout\": \"500ms\"}");
        hosts.awaitActive("p-1", 1, SOON);
        String home = hosts.active("p-1").iterator().next();
        TestNode caller = hosts.other(home);
        AtomicInteger lost = new AtomicInteger();
        hosts.host(home).vertx.eventBus().addInboundInterceptor(delivery -> {
            if (!delivery.message().address().equals(Addresses.plugins(home)) || lost.getAndDecrement() <= 0) {
                delivery.next();
            }
        });

        lost.set(1);
        assertThat(caller.as(ANN, () -> caller.host.execute(call("p-1", "echo"))))
                .isEqualTo(new Outcome.Value(home));

        lost.set(1);
        assertThat(catchThrowable(() -> caller.as(ANN, () -> caller.host.execute(call("p-1", "once")))))
                .cause()
                .isInstanceOfSatisfying(DataPrismException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.PLUGIN_TIMEOUT);
                    assertThat(failure.detail()).isEqualTo("Plugin p-1 on node " + home + " did not answer in time.");
                });

        lost.set(2);
        assertThat(catchThrowable(() -> caller.as(ANN, () -> caller.host.execute(call("p-1", "echo")))))
                .as("repeated once")
                .cause()
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.PLUGIN_TIMEOUT));
        assertThat(lost.get()).isNotPositive();
    }

    @Test
    void aNodeThatIsDrainedLosesNoCall() throws Exception {
        TestNode a = hosts.host("a");
        for (int index = 0; index < 4; index++) {
            a.active("p-" + index, ECHO);
        }
        List<Calls> all = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            all.add(new Calls("p-" + index, "once", hosts.host("a")));
            all.add(new Calls("p-" + index, "once", hosts.host("b")));
        }
        for (String id : List.of("c", "b")) {
            hosts.announceDraining(id);
            TestNode.await(hosts.host(id).host.drain(Duration.ofSeconds(15)));
            assertThat(hosts.host(id).processes.running()).isZero();
        }
        for (int index = 0; index < 4; index++) {
            hosts.awaitActive("p-" + index, 1, SOON);
            assertThat(hosts.active("p-" + index)).containsExactly("a");
        }
        for (Calls calls : all) {
            assertThat(calls.end()).isEmpty();
        }
    }

    @Test
    void aPluginThatDoesNotStartOnOneNodeGoesToAnother() throws Exception {
        TestNode a = hosts.host("a");
        a.active("p-1", ECHO + ", \"crash\": {\"maxRestarts\": 1, \"window\": \"1h\"}");
        hosts.awaitActive("p-1", 1, SOON);
        String home = hosts.active("p-1").iterator().next();
        hosts.host(home).processes.constructorThrows = true;

        hosts.host(home).processes.last().crash("by the test");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(hosts.active("p-1")).hasSize(1).doesNotContain(home));
        assertThat(a.as(ADMIN, () -> a.host.get("p-1")).getString("state")).isEqualTo("active");
    }

    @Test
    void anActivationThatFailsOnAnotherNodeIsAnsweredWithThatAndTheWishIsWhatItWas() throws Exception {
        TestNode a = hosts.host("a");
        hosts.ids().forEach(id -> hosts.host(id).processes.constructorThrows = true);
        for (int index = 0; index < 4; index++) {
            String name = "p-" + index;
            a.register(name, ECHO);
            assertThat(a.failure(ADMIN, () -> a.host.activate(name)).code()).isEqualTo(ErrorCode.PLUGIN_FAILED);
            assertThat(a.as(ADMIN, () -> a.host.get(name)).getString("wish")).isEqualTo("inactive");
        }
        hosts.ids().forEach(id -> hosts.host(id).processes.constructorThrows = false);
        for (int index = 0; index < 4; index++) {
            String name = "p-" + index;
            assertThat(a.as(ADMIN, () -> a.host.activate(name)).getString("state"))
                    .isEqualTo("active");
        }
    }

    @Test
    void aNodeThatJoinsTakesWhatIsItsOwnWithoutACallLost() throws Exception {
        TestNode a = hosts.host("a");
        List<Calls> all = new ArrayList<>();
        for (int index = 0; index < 12; index++) {
            a.active("p-" + index, ECHO);
        }
        for (int index = 0; index < 12; index++) {
            all.add(new Calls("p-" + index, "once", hosts.host("b")));
        }
        TestNode d = hosts.add("d");
        await().atMost(SOON).until(() -> d.processes.running() > 0 && running() == 12);
        for (Calls calls : all) {
            assertThat(calls.end()).isEmpty();
        }
    }

    @Test
    void withoutAMajorityWhatRunsGoesOnAndNothingBegins() throws Exception {
        TestNode a = hosts.host("a");
        a.active("p-1", ECHO);
        hosts.awaitActive("p-1", 1, SOON);
        String home = hosts.active("p-1").iterator().next();
        hosts.majority(false);

        hosts.catalog().change("p-1", entry -> entry.placed(3, Map.of()));
        TestNode other = hosts.other(home);
        assertThat(other.as(ANN, () -> other.host.execute(call("p-1", "once")))).isEqualTo(new Outcome.Value(home));
        hosts.host(home).processes.last().crash("by the test");
        await().untilAsserted(() -> assertThat(hosts.active("p-1")).isEmpty());
        assertThat(other.failure(ANN, () -> other.host.execute(call("p-1", "once")))
                        .code())
                .isEqualTo(ErrorCode.PLUGIN_NOT_ACTIVE);
        assertThat(running()).isZero();

        hosts.majority(true);
        hosts.awaitActive("p-1", 3, SOON);
        assertThat(running()).isEqualTo(3);
    }

    @Test
    void aViewIsFoundFromAnyNode() throws Exception {
        String draws =
                ", \"operations\": [{\"name\": \"draw\", \"kind\": \"rendering\", \"mediaTypes\": [\"image/svg+xml\"]}]";
        TestNode a = hosts.host("a");
        a.active("p-1", draws);
        a.as(ADMIN, () -> a.host.deploy("p-1", new JsonObject().put("replicas", 3)));
        for (String id : hosts.ids()) {
            hosts.host(id).processes.behaviour = (call, door) -> Mono.just(
                    new Answer.Drawing(new Rendering(ExportFormat.SVG, "<svg/>".getBytes(StandardCharsets.UTF_8))));
        }
        JsonObject opened = a.as(
                ANN,
                () -> a.host.view(
                        "p-1", new JsonObject().put("operation", "draw").put("live", true)));
        TestNode b = hosts.host("b");
        JsonObject step =
                new JsonObject().put("view", opened.getString("viewId")).put("action", "UPDATE");
        assertThat(b.as(ANN, () -> b.host.view("p-1", step.copy()))).isEqualTo(opened);
        assertThat(b.failure(ADMIN, () -> b.host.view("p-1", step.copy())).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void pluginsCallEachOtherOverNodesAndNobodyElseMay() throws Exception {
        TestNode a = hosts.host("a");
        a.active(
                "p-1",
                ", \"permissions\": [{\"resource\": \"core\", \"access\": \"execute\", \"scope\": \"plugin:p-2\"}]");
        hosts.awaitActive("p-1", 1, SOON);
        TestNode home = hosts.host(hosts.active("p-1").iterator().next());
        a.active("p-2", ECHO);
        a.active("p-3", ECHO);
        a.as(ADMIN, () -> a.host.deploy("p-2", new JsonObject().put("replicas", 3)));
        HostDoor door = home.processes.children.stream()
                .filter(child -> child.launch.name().equals("p-1"))
                .findFirst()
                .orElseThrow()
                .door;
        Map<String, Object> body = Map.of("operation", "echo", "params", Map.of());
        String self = door.request(null, "dataprism.plugin.p-2", body).block().toString();
        assertThat(hosts.host(self)).as("the nearest").isSameAs(home);
        home.processes.children.stream()
                .filter(child -> child.launch.name().equals("p-2"))
                .findFirst()
                .orElseThrow()
                .crash("by the test");
        await().atMost(SOON)
                .until(() -> !door.request(null, "dataprism.plugin.p-2", body)
                        .onErrorReturn(self)
                        .block()
                        .equals(self));
        for (String address : List.of("dataprism.plugin.p-3", "dataprism.node.b.plugins", "dataprism.node.b.calls")) {
            assertThat(catchThrowable(() -> door.request(null, address, body).block()))
                    .as(address)
                    .isInstanceOfSatisfying(
                            DataPrismException.class,
                            denied -> assertThat(denied.code()).isEqualTo(ErrorCode.PERMISSION_DENIED));
        }
    }

    @Test
    void schedulesRunOnOneOfAllInstances() throws Exception {
        TestNode a = hosts.host("a");
        List<String> runs = new CopyOnWriteArrayList<>();
        for (String id : hosts.ids()) {
            hosts.host(id).processes.behaviour = (call, door) -> {
                runs.add(id);
                return Mono.just(new Answer.Value(id));
            };
        }
        a.register(
                "p-1", ECHO + ", \"schedules\": [{\"name\": \"often\", \"operation\": \"echo\", \"every\": \"1s\"}]");
        a.as(ADMIN, () -> a.host.deploy("p-1", new JsonObject().put("replicas", 3)));
        a.as(ADMIN, () -> a.host.activate("p-1"));
        await().atMost(SOON).until(() -> runs.size() >= 3);
        assertThat(Set.copyOf(runs)).hasSize(1);
        String first = runs.getFirst();

        hosts.kill(first);
        int before = runs.size();
        await().atMost(SOON).until(() -> runs.size() >= before + 3);
        assertThat(Set.copyOf(runs.subList(before + 1, runs.size()))).hasSize(1).doesNotContain(first);
    }

    private long running() {
        return hosts.ids().stream()
                .mapToLong(id -> hosts.host(id).processes.running())
                .sum();
    }

    private List<String> versions() {
        return hosts.ids().stream()
                .flatMap(id -> hosts.host(id).processes.children.stream())
                .filter(child -> !child.exited.isDone())
                .map(child -> child.launch.version())
                .toList();
    }

    private static Execution call(String plugin, String operation) {
        return new Execution(plugin, operation, new JsonObject(), null, null, null);
    }

    /** Calls one after the other, through one node after the other. */
    private final class Calls {

        private final Queue failures = new Queue();
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicInteger underWay = new AtomicInteger();
        private final List<TestNode> through = new ArrayList<>();
        private final String plugin;
        private final String operation;

        Calls(String operation) throws Exception {
            this("p-1", operation, hosts.ids().stream().map(hosts::host).toArray(TestNode[]::new));
        }

        Calls(String operation, TestNode... through) throws Exception {
            this("p-1", operation, through);
        }

        Calls(String plugin, String operation, TestNode... through) throws Exception {
            this.plugin = plugin;
            this.operation = operation;
            for (TestNode host : through) {
                this.through.add(host);
                host.as(ANN, () -> {
                    next(host);
                    return Future.succeededFuture();
                });
            }
        }

        private void next(TestNode host) {
            if (ended.get()) {
                return;
            }
            underWay.incrementAndGet();
            host.host.execute(call(plugin, operation)).onComplete(done -> {
                if (done.failed()) {
                    failures.add((DataPrismException) done.cause());
                } else {
                    answered.incrementAndGet();
                }
                host.vertx.setTimer(1, later -> {
                    underWay.decrementAndGet();
                    next(host);
                });
            });
        }

        List<DataPrismException> end() {
            ended.set(true);
            await().atMost(SOON).until(() -> underWay.get() == 0);
            return List.copyOf(failures);
        }
    }

    private static final class Queue extends ConcurrentLinkedQueue<DataPrismException> {
        private static final long serialVersionUID = 1L;
    }
}
