package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.ViewStep;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.plugin.Rendering;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class LiveViewsTest {

    private static final Caller ADMIN = Caller.of(Principal.User.admin());
    private static final Caller OTHER =
            Caller.of(new Principal.User("ann", Set.of(Principal.Role.ANALYST), null, null, null));

    @TempDir
    Path folder;

    private final List<ViewStep> steps = new CopyOnWriteArrayList<>();
    private volatile byte[] drawing = {1, 2};
    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode(folder);
        node.processes.behaviour = (call, door) -> {
            steps.add(Objects.requireNonNull(call.extras().view()));
            return Mono.just(new Answer.Drawing(new Rendering(Objects.requireNonNull(call.format()), drawing)));
        };
        Path file = node.jar("p-1", "1.0.0", """
                , "operations": [{"name": "draw", "kind": "rendering", "params": {"type": "object", "required": ["x"]}},
                                 {"name": "count", "kind": "value"}]""");
        node.as(ADMIN, () -> node.host.register(file, false));
        node.as(ADMIN, () -> node.host.activate("p-1"));
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    @Test
    void aViewIsOpenedUpdatedResizedAndClosedAndEachDrawingIsPublished() throws Exception {
        JsonObject view = open();
        String id = view.getString("viewId");
        assertThat(view.getString("topic")).isEqualTo("ui:p-1:" + id);
        step(ADMIN, id, "UPDATE");
        node.as(
                ADMIN,
                () -> node.host.view(
                        "p-1", message(id, "RESIZE").put("width", 30).put("height", 20)));
        step(ADMIN, id, "CLOSE");

        assertThat(steps.stream().map(step -> step.action().name()))
                .containsExactly("OPEN", "UPDATE", "RESIZE", "CLOSE");
        assertThat(steps.get(2).width()).isEqualTo(30);
        assertThat(node.published.stream().filter(view.getString("topic")::equals))
                .hasSize(3);
        await().until(() -> node.published.contains(view.getString("topic") + ":closed"));
        assertThatThrownBy(() -> step(ADMIN, id, "UPDATE")).hasMessageContaining("keeps no view");
    }

    @Test
    void aViewBelongsToWhoOpenedIt() throws Exception {
        String id = open().getString("viewId");

        assertThatThrownBy(() -> step(OTHER, id, "UPDATE")).hasMessageContaining("keeps no view");
        assertThatThrownBy(() -> step(ADMIN, id, "DANCE")).hasMessageContaining("'DANCE' cannot be done");
    }

    @Test
    void aDrawingBeyondAnEventIsRefusedAndTheViewIsNone() {
        drawing = new byte[200 * 1024];

        assertThatThrownBy(this::open).hasMessageContaining("204800 bytes");
        drawing = new byte[1];
        assertThatThrownBy(() -> step(ADMIN, steps.getFirst().id(), "UPDATE")).hasMessageContaining("keeps no view");
    }

    @Test
    void aViewThatCouldNotBeOpenedIsLetGoOfByItsProcess() {
        drawing = new byte[200 * 1024];

        assertThatThrownBy(this::open).hasMessageContaining("204800 bytes");
        await().untilAsserted(() -> assertThat(steps.stream().map(step -> step.action() + step.id()))
                .containsExactly(
                        "OPEN" + steps.getFirst().id(),
                        "CLOSE" + steps.getFirst().id()));
    }

    @Test
    void onlyRenderingsAreLiveAndTheirParamsAreChecked() {
        assertThatThrownBy(() -> node.as(
                        ADMIN,
                        () -> node.host.view(
                                "p-1",
                                new JsonObject().put("operation", "count").put("live", true))))
                .hasMessageContaining("cannot be called live");
        assertThatThrownBy(() -> node.as(
                        ADMIN,
                        () -> node.host.view(
                                "p-1", new JsonObject().put("operation", "draw").put("live", true))))
                .hasMessageContaining("The params of draw");
    }

    @Test
    void oneStepAtATimeAndBeyondSixtyFourViewsTheLeastTouchedMakesRoom() throws Exception {
        String id = open().getString("viewId");
        CompletableFuture<Answer> slow = new CompletableFuture<>();
        var quick = node.processes.behaviour;
        node.processes.behaviour = (call, door) -> {
            steps.add(Objects.requireNonNull(call.extras().view()));
            return Mono.fromFuture(slow);
        };
        CompletableFuture<JsonObject> first = CompletableFuture.supplyAsync(() -> {
            try {
                return step(ADMIN, id, "UPDATE");
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        });
        await().until(() -> steps.size() == 2);
        assertThatThrownBy(() -> step(ADMIN, id, "UPDATE")).hasMessageContaining("is being drawn");
        slow.complete(new Answer.Drawing(new Rendering(io.dataprism.plugin.ExportFormat.SVG, drawing)));
        first.join();
        node.processes.behaviour = quick;
        for (int view = 1; view < 64; view++) {
            open();
        }
        step(ADMIN, id, "UPDATE");
        String untouched = steps.get(2).id();
        open();
        await().until(() -> node.published.contains("ui:p-1:" + untouched + ":closed"));
        await().until(() -> steps.stream()
                .anyMatch(step ->
                        step.id().equals(untouched) && step.action().name().equals("CLOSE")));
        assertThatThrownBy(() -> step(ADMIN, untouched, "UPDATE")).hasMessageContaining("keeps no view");
        step(ADMIN, id, "UPDATE");
    }

    @Test
    void viewsEndWithTheProcess() throws Exception {
        String topic = open().getString("topic");
        node.processes.last().crash("gone");

        await().until(() -> node.published.contains(topic + ":closed"));
    }

    private JsonObject open() throws Exception {
        return node.as(
                ADMIN,
                () -> node.host.view(
                        "p-1",
                        new JsonObject()
                                .put("operation", "draw")
                                .put("live", true)
                                .put("params", new JsonObject().put("x", "n"))));
    }

    private JsonObject step(Caller caller, String id, String action) throws Exception {
        return node.as(caller, () -> node.host.view("p-1", message(id, action)));
    }

    private static JsonObject message(String id, String action) {
        return new JsonObject().put("view", id).put("action", action);
    }
}
