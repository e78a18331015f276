package io.dataprism.host;

import static io.dataprism.host.TestNode.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.confinement.HostDoor;
import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.host.PluginService.Execution;
import io.dataprism.host.PluginService.Outcome;
import io.dataprism.plugin.Event;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** On whose behalf: what a plugin may do while it serves somebody. */
class ChainsTest {

    private static final Caller NARROW =
            Caller.of(new Principal.User("ann", Set.of(Principal.Role.ANALYST), null, List.of(), List.of("front")));
    private static final String OPERATION = ", \"operations\": [{\"name\": \"go\", \"kind\": \"value\"}]";

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
    }

    @Test
    void aNarrowUserGetsNoFurtherThroughAPluginThatMayDoMore() throws Exception {
        node.active("back", OPERATION + "");
        node.active("front", OPERATION + asks("core", "execute", "*"));
        node.processes.behaviour = (call, door) -> door.request(
                        call.id(), "dataprism.plugin.back", Map.of("operation", "go"))
                .map(Answer.Value::new);

        assertThat(failure(NARROW, "front")).satisfies(failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(failure.detail()).contains("ann").contains("dataprism.plugin.back");
        });
        assertThat(node.audit.of("permission.refused")).isNotEmpty();
        assertThat(failure(NARROW, "back").code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void anUserWithoutTablesReadsNoneThroughAPluginUnlessItsGrantIsElevatedWhichIsAudited() throws Exception {
        node.active("front", OPERATION + asks("data", "read", "*"));
        node.processes.behaviour = (call, door) -> door.request(call.id(), "dataprism.service.data.tables", Map.of())
                .map(Answer.Value::new);
        assertThat(failure(NARROW, "front").code()).isEqualTo(ErrorCode.PERMISSION_DENIED);

        JsonObject elevated = new JsonObject()
                .put("resource", "data")
                .put("access", "read")
                .put("scope", "*")
                .put("elevated", true);
        node.as(
                ADMIN,
                () -> node.host.grant("front", new JsonObject().put("permissions", new JsonArray().add(elevated))));

        assertThat(((Outcome.Value) node.as(NARROW, () -> node.host.execute(call("front")))).result())
                .hasToString("{\"tables\":[\"flights\"]}");
        assertThat(node.audit.of("plugin.granted").getLast().details().getJsonArray("granted"))
                .containsExactly(elevated);
    }

    @Test
    void pluginsThatCallEachOtherInACircleEndAtTheDepthLimit() throws Exception {
        node.active("left", OPERATION + asks("core", "execute", "plugin:right"));
        node.active("right", OPERATION + asks("core", "execute", "plugin:left"));
        AtomicInteger calls = new AtomicInteger();
        node.processes.behaviour = (call, door) -> other(door, call.id(), calls);

        assertThat(failure(ADMIN, "left").code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(calls.get()).isBetween(2, Caller.DEPTH_LIMIT);
    }

    private static Mono<Answer> other(HostDoor door, String callId, AtomicInteger calls) {
        String next = calls.incrementAndGet() % 2 == 1 ? "right" : "left";
        return door.request(callId, "dataprism.plugin." + next, Map.of("operation", "go"))
                .map(Answer.Value::new);
    }

    @Test
    void whatAPluginsOwnQueryHasCausedDoesNotTriggerItAgain() throws Exception {
        node.active("front", OPERATION + asks("core", "read", "events:core:**"));
        HostDoor door = node.processes.last().door;
        node.events = pattern -> Flux.just(
                ended("/nodes/n1", "own", List.of("/plugins/front")),
                ended("/nodes/n1", "through another", List.of("/plugins/back", "/plugins/front", "/users/ann")),
                ended("/nodes/n1", "of somebody else", List.of("/users/ann")),
                ended("/plugins/back", "not the engine's", List.of("/plugins/front")));

        assertThat(door.subscribe(null, "core:query:complete")
                        .map(event -> ((Map<?, ?>) event.data()).get("queryId"))
                        .collectList()
                        .block())
                .isEqualTo(List.of("of somebody else", "not the engine's"));
    }

    private static Event ended(String source, String queryId, List<String> chain) {
        return new Event("core:query:complete", source, Instant.EPOCH, Map.of("queryId", queryId, "chain", chain), "c");
    }

    private static String asks(String resource, String access, String scope) {
        return ", \"permissions\": [{\"resource\": \"%s\", \"access\": \"%s\", \"scope\": \"%s\"}]"
                .formatted(resource, access, scope);
    }

    private static Execution call(String plugin) {
        return new Execution(plugin, "go", new JsonObject(), null, null, null);
    }

    private DataPrismException failure(Caller caller, String plugin) {
        return node.failure(caller, () -> node.host.execute(call(plugin)));
    }
}
