package io.dataprism.host;

import static io.dataprism.host.TestNode.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.host.PluginService.Change;
import io.dataprism.host.PluginService.Execution;
import io.dataprism.host.PluginService.Outcome;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class HotReloadTest {

    private static final String ECHO = ", \"operations\": [{\"name\": \"echo\", \"kind\": \"value\"}]";
    private static final String READS =
            ", \"permissions\": [{\"resource\": \"data\", \"access\": \"read\", \"scope\": \"flights\"}]";
    private static final String READS_ALL =
            ", \"permissions\": [{\"resource\": \"data\", \"access\": \"read\", \"scope\": \"*\"}]";

    @TempDir
    Path folder;

    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode(folder);
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
        assertThat(node.processes.running()).isZero();
    }

    @Test
    void noCallFailsAndNoneIsLostWhileVersionsFollowEachOther() throws Exception {
        node.active("p-1", ECHO);
        node.processes.behaviour = (call, door) -> Mono.delay(Duration.ofMillis(4))
                .thenReturn(new Answer.Value(call.params().get("n")));
        int callers = 16;
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger made = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        CountDownLatch left = new CountDownLatch(callers);
        for (int caller = 0; caller < callers; caller++) {
            node.as(ADMIN, () -> {
                callAgain(over, made, answered, wrong, left);
                return Future.succeededFuture();
            });
        }

        for (int minor = 1; minor <= 5; minor++) {
            int before = answered.get();
            Change change = reload("p-1", "1." + minor + ".0", ECHO);
            assertThat(change.pending()).isFalse();
            assertThat(change.answer().getString("from")).isEqualTo("1." + (minor - 1) + ".0");
            assertThat(change.answer().getString("to")).isEqualTo("1." + minor + ".0");
            assertThat(change.answer().getLong("switchedInMs")).isNotNull();
            await().until(() -> answered.get() > before + 50);
        }
        over.set(true);

        assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(wrong).isEmpty();
        assertThat(answered.get()).isEqualTo(made.get()).isGreaterThan(250);
        await().until(() -> node.processes.running() == 1);
        assertThat(node.processes.children.getFirst().steps)
                .containsExactly("initialize", "activate", "deactivate", "cleanup");
        JsonObject plugin = node.as(ADMIN, () -> node.host.get("p-1"));
        assertThat(plugin.getString("version")).isEqualTo("1.5.0");
        assertThat(plugin.getString("state")).isEqualTo("active");
        assertThat(plugin.getString("lastGood")).isEqualTo("1.4.0");
        assertThat(plugin.getInteger("restarts")).isZero();
        assertThat(node.published.stream().filter("plugin:reloaded"::equals)).hasSize(5);
        assertThat(node.published).doesNotContain("plugin:failed", "plugin:unloaded");
    }

    private void callAgain(
            AtomicBoolean over,
            AtomicInteger made,
            AtomicInteger answered,
            ConcurrentLinkedQueue<String> wrong,
            CountDownLatch left) {
        if (over.get()) {
            left.countDown();
            return;
        }
        int number = made.incrementAndGet();
        node.host
                .execute(new Execution("p-1", "echo", new JsonObject().put("n", number), null, null, null))
                .onComplete(done -> {
                    if (done.failed()) {
                        wrong.add(String.valueOf(done.cause()));
                    } else if (done.result() instanceof Outcome.Value value
                            && Integer.valueOf(number).equals(value.result())) {
                        answered.incrementAndGet();
                    } else {
                        wrong.add(number + " was answered with " + done.result());
                    }
                    callAgain(over, made, answered, wrong, left);
                });
    }

    @Test
    void theOldVersionFinishesWhatItHasAndThenEnds() throws Exception {
        node.active("p-1", ECHO);
        CountDownLatch begun = new CountDownLatch(1);
        Sinks.One<Answer> answer = Sinks.one();
        node.processes.behaviour = (call, door) -> {
            begun.countDown();
            return answer.asMono();
        };
        CompletableFuture<Outcome> late = new CompletableFuture<>();
        node.as(ADMIN, () -> {
            node.host.execute(call("p-1", "echo")).onSuccess(late::complete).onFailure(late::completeExceptionally);
            return Future.succeededFuture();
        });
        assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();

        reload("p-1", "1.1.0", ECHO);
        node.processes.behaviour = (call, door) -> Mono.just(new Answer.Value("new"));

        assertThat(node.as(ADMIN, () -> node.host.execute(call("p-1", "echo")))).isEqualTo(new Outcome.Value("new"));
        assertThat(late).isNotDone();
        assertThat(node.processes.running()).isEqualTo(2);
        answer.tryEmitValue(new Answer.Value("old"));
        assertThat(late.get(5, TimeUnit.SECONDS)).isEqualTo(new Outcome.Value("old"));
        await().until(() -> node.processes.running() == 1);
    }

    @Test
    void aVersionThatDoesNotStartLeavesTheOldOneServingAndCanBeSentAgain() throws Exception {
        node.active("p-1", ECHO);
        node.processes.constructorThrows = true;

        assertThat(node.failure(ADMIN, () -> node.host.reload("p-1", jar("p-1", "1.1.0", ECHO))))
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.PLUGIN_FAILED);
                    assertThat(failure.detail()).contains("1.1.0", "1.0.0 goes on serving", "The constructor of");
                    assertThat(failure.toJson()).containsEntry("lastGood", "1.0.0");
                });

        node.as(ADMIN, () -> node.host.execute(call("p-1", "echo")));
        JsonObject plugin = node.as(ADMIN, () -> node.host.get("p-1"));
        assertThat(plugin.getString("version")).isEqualTo("1.0.0");
        assertThat(plugin.getJsonArray("versions")).containsExactly("1.0.0");
        assertThat(plugin.getJsonObject("lastFailure").getString("code")).isEqualTo("PLUGIN_FAILED");
        await().untilAsserted(() -> assertThat(node.published).contains("plugin:failed"));
        node.processes.constructorThrows = false;
        assertThat(reload("p-1", "1.1.0", ECHO + ", \"description\": \"fixed\"").pending())
                .isFalse();
    }

    @Test
    void aVersionThatAsksForLessTakesOverAtOnceWithNoMoreThanItAsksFor() throws Exception {
        node.active("p-1", ECHO + READS_ALL);

        assertThat(reload("p-1", "2.0.0", ECHO + READS).pending()).isFalse();

        JsonObject plugin = node.as(ADMIN, () -> node.host.get("p-1"));
        assertThat(plugin.getString("version")).isEqualTo("2.0.0");
        assertThat(plugin.getJsonArray("pending")).isEmpty();
        assertThat(plugin.getJsonArray("granted")).isEqualTo(plugin.getJsonArray("requested"));
        assertThat(reload("p-1", "3.0.0", ECHO).pending()).isFalse();
    }

    @Test
    void whatIsGrantedToAWaitingVersionReplacesWhatTheOldOneHadOfTheSame() throws Exception {
        node.active("p-1", ECHO + READS);
        reload("p-1", "2.0.0", ECHO + READS_ALL);
        JsonObject other =
                new JsonObject().put("resource", "data").put("access", "read").put("scope", "another");

        node.as(ADMIN, () -> node.host.grant("p-1", new JsonObject().put("permissions", new JsonArray().add(other))));

        JsonObject plugin = node.as(ADMIN, () -> node.host.get("p-1"));
        assertThat(plugin.getString("version")).isEqualTo("2.0.0");
        assertThat(plugin.getJsonArray("granted")).hasSize(1);
        assertThat(plugin.getJsonArray("granted").getJsonObject(0).getString("scope"))
                .isEqualTo("another");
    }

    @Test
    void aVersionThatAsksForMoreWaitsAndGrantingSwitches() throws Exception {
        node.active("p-1", ECHO + READS);

        Change change = reload("p-1", "2.0.0", ECHO + READS_ALL);

        assertThat(change.pending()).isTrue();
        assertThat(change.answer().getJsonArray("pending")).hasSize(1);
        JsonObject waiting = node.as(ADMIN, () -> node.host.get("p-1"));
        assertThat(waiting.getString("version")).isEqualTo("1.0.0");
        assertThat(waiting.getString("target")).isEqualTo("2.0.0");
        assertThat(waiting.getJsonArray("pending")).hasSize(1);
        assertThat(waiting.getString("state")).isEqualTo("active");
        node.as(ADMIN, () -> node.host.execute(call("p-1", "echo")));

        JsonObject grants = node.as(ADMIN, () -> node.host.grant("p-1", new JsonObject().put("approve", "requested")));

        assertThat(grants.getJsonArray("pending")).isEmpty();
        JsonObject plugin = node.as(ADMIN, () -> node.host.get("p-1"));
        assertThat(plugin.getString("version")).isEqualTo("2.0.0");
        assertThat(plugin.getString("state")).isEqualTo("active");
        assertThat(plugin.getString("target")).isNull();
        assertThat(node.processes.last().launch.version()).isEqualTo("2.0.0");
    }

    @Test
    void aDeploymentChoosesAmongTheVersionsThatAreRegistered() throws Exception {
        node.active("p-1", ECHO);
        reload("p-1", "1.1.0", ECHO);
        assertThat(node.as(ADMIN, () -> node.host.deployment("p-1")))
                .isEqualTo(new JsonObject()
                        .put("version", "1.1.0")
                        .put("replicas", 1)
                        .put("labels", new JsonObject())
                        .put("nodes", new JsonArray().add("n1")));

        JsonObject wanted = new JsonObject()
                .put("version", "1.0.0")
                .put("replicas", "everywhere")
                .put("labels", new JsonObject().put("zone", "a"));
        JsonObject answered = wanted.copy().put("nodes", new JsonArray().add("n1"));
        assertThat(node.as(ADMIN, () -> node.host.deploy("p-1", wanted)).answer())
                .isEqualTo(answered);
        assertThat(node.processes.last().launch.version()).isEqualTo("1.0.0");
        int children = node.processes.children.size();
        assertThat(node.as(ADMIN, () -> node.host.deploy("p-1", wanted)).answer())
                .isEqualTo(answered);
        assertThat(node.processes.children).hasSize(children);

        assertThat(node.failure(ADMIN, () -> node.host.deploy("p-1", new JsonObject().put("version", "9.9.9")))
                        .detail())
                .contains("9.9.9", "1.0.0, 1.1.0");
        node.as(ADMIN, () -> node.host.unload("p-1"));
        assertThat(node.as(ADMIN, () -> node.host.activate("p-1")).getString("version"))
                .isEqualTo("1.0.0");
    }

    @Test
    void aPackageForAPluginThatDoesNotRunIsTakenAndItsVersionChosen() throws Exception {
        node.register("p-1", ECHO);

        assertThat(reload("p-1", "0.9.0", ECHO).answer().getString("to")).isEqualTo("0.9.0");
        assertThat(node.as(ADMIN, () -> node.host.activate("p-1")).getString("version"))
                .isEqualTo("0.9.0");
        assertThat(node.failure(ADMIN, () -> node.host.reload("p-1", jar("other", "1.0.0", ECHO)))
                        .code())
                .isEqualTo(ErrorCode.PACKAGE_INVALID);
        assertThat(node.failure(ADMIN, () -> node.host.get("other")).code()).isEqualTo(ErrorCode.PLUGIN_NOT_FOUND);
    }

    @Test
    void settingsThatDoNotFitTheNewVersionsSchemaLeaveTheOldOneServing() throws Exception {
        node.active("p-1", ECHO);
        node.as(ADMIN, () -> node.host.configure("p-1", new JsonObject().put("depth", "deep")));

        String schema = ", \"configuration\": {\"properties\": {\"depth\": {\"type\": \"integer\"}}}";
        assertThat(node.failure(ADMIN, () -> node.host.reload("p-1", jar("p-1", "1.1.0", ECHO + schema)))
                        .code())
                .isEqualTo(ErrorCode.CONFIGURATION_INVALID);
        assertThat(node.as(ADMIN, () -> node.host.get("p-1")).getString("version"))
                .isEqualTo("1.0.0");
        reload("p-1", "1.1.0", ECHO);
        assertThat(node.processes.last().launch.configuration()).isEqualTo(Map.of("depth", "deep"));
    }

    @Test
    void aPluginThatFailedStartsWithTheNewVersion() throws Exception {
        node.active("p-1", ECHO + ", \"crash\": {\"restart\": \"never\"}");
        node.processes.last().crash("one");
        await().until(() ->
                node.as(ADMIN, () -> node.host.get("p-1")).getString("state").equals("quarantined"));

        reload("p-1", "1.1.0", ECHO);

        JsonObject plugin = node.as(ADMIN, () -> node.host.get("p-1"));
        assertThat(plugin.getString("state")).isEqualTo("active");
        assertThat(plugin.getString("version")).isEqualTo("1.1.0");
    }

    @Test
    void oneOfTwoOperatorsWhoWantDifferentThingsWinsAndTheOtherIsTold() throws Exception {
        node.register("p-1", ECHO);
        Sinks.Empty<Void> gate = Sinks.empty();
        node.processes.starting = gate.asMono();
        CompletableFuture<JsonObject> first = begin(() -> node.host.activate("p-1"));
        await().until(() ->
                node.as(ADMIN, () -> node.host.get("p-1")).getString("state").equals("resolved"));
        CompletableFuture<JsonObject> same = begin(() -> node.host.activate("p-1"));

        assertThat(node.failure(ADMIN, () -> node.host.unload("p-1"))).satisfies(failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.STATE_CONFLICT);
            assertThat(failure.detail()).contains("become inactive").contains("become active");
        });
        gate.tryEmitEmpty();

        assertThat(first.get(5, TimeUnit.SECONDS).getString("state")).isEqualTo("active");
        assertThat(same.get(5, TimeUnit.SECONDS).getString("state")).isEqualTo("active");
        assertThat(node.processes.children).hasSize(1);
        node.as(ADMIN, () -> node.host.unload("p-1"));
    }

    private CompletableFuture<JsonObject> begin(Supplier<Future<JsonObject>> call) throws Exception {
        CompletableFuture<JsonObject> outcome = new CompletableFuture<>();
        node.as(ADMIN, () -> {
            call.get().onSuccess(outcome::complete).onFailure(outcome::completeExceptionally);
            return Future.succeededFuture();
        });
        return outcome;
    }

    private Path jar(String name, String version, String more) {
        try {
            return node.jar(name, version, more);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Change reload(String name, String version, String more) throws Exception {
        Path file = jar(name, version, more);
        return node.as(ADMIN, () -> node.host.reload(name, file));
    }

    private static Execution call(String plugin, String operation) {
        return new Execution(plugin, operation, new JsonObject(), null, null, null);
    }
}
