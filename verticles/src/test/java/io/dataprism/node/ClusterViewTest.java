package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.NodeStates;
import io.dataprism.cluster.Role;
import io.dataprism.gateway.contract.PublishedContract;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterViewTest {

    @TempDir
    Path folder;

    @Test
    void aNodeThatIsAloneIsTheWholeClusterInEveryRole() throws Exception {
        try (RunningNode node = new RunningNode(folder)) {
            var answer = node.text(node.request("/v1/cluster"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            PublishedContract.assertAnswer(answer);
            JsonObject cluster = new JsonObject(answer.body());
            assertThat(cluster.getJsonArray("placement")).isEqualTo(new JsonArray());
            assertThat(cluster.getBoolean("majority")).isTrue();
            assertThat(cluster.getJsonArray("members")).hasSize(1);
            JsonObject self = cluster.getJsonArray("members").getJsonObject(0);
            assertThat(self.getString("id")).isNotBlank();
            assertThat(self.getString("address")).startsWith("127.0.0.1");
            assertThat(self.getJsonArray("roles")).containsExactlyInAnyOrder("gateway", "engine", "plugins");
            assertThat(self.getBoolean("self")).isTrue();

            var status = node.text(node.request("/v1/status"));
            PublishedContract.assertAnswer(status);
            assertThat(new JsonObject(status.body()).getJsonObject("cluster"))
                    .isEqualTo(new JsonObject()
                            .put("members", 1)
                            .put("majority", true)
                            .put("state", "ready"));

            String drain = "/v1/cluster/nodes/" + self.getString("id") + "/drain";
            var refused = node.text(node.request(drain).POST(BodyPublishers.noBody()));
            PublishedContract.assertAnswer(refused);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
            var unknown = node.text(node.request("/v1/cluster/nodes/none/drain").POST(BodyPublishers.noBody()));
            PublishedContract.assertAnswer(unknown);
            assertThat(unknown.statusCode()).as(unknown.body()).isEqualTo(404);
            var alone = node.text(node.request("/v1/cluster/nodes/none").DELETE());
            PublishedContract.assertAnswer(alone);
            assertThat(alone.statusCode()).as(alone.body()).isEqualTo(404);
            assertThat(node.text(node.request("/metrics")).body())
                    .contains("dataprism_cluster_members 1.0", "dataprism_cluster_majority 1.0");
        }
    }

    /** What two nodes say of a plugin, and what is told of it. */
    @ParameterizedTest
    @CsvSource({
        "active, active, 'a,b', 2",
        "active, registered, 'a', 1",
        "draining, active, 'a,b', 2",
        "failed, loaded, 'b', 2",
        "failed, quarantined, '', 2",
        ", active, 'b', 1",
        ", , 'old', 0",
    })
    void aPluginIsWhereNodesSayThatItRuns(String a, String b, String nodes, int instances) {
        Map<String, JsonObject> sections = new HashMap<>();
        say(sections, "a", a);
        say(sections, "b", b);
        ClusterView view = new ClusterView(new Two(), new Said(sections));
        JsonArray plugins = JsonArray.of(
                new JsonObject().put("name", "p").put("nodes", JsonArray.of("old")), new JsonObject().put("name", "q"));

        JsonObject whole = view.whole(plugins);

        PublishedContract.assertFits(PublishedContract.OPEN_API, "Cluster", whole, whole.encode());
        JsonObject place = whole.getJsonArray("placement").getJsonObject(0);
        assertThat(place.getJsonArray("nodes").stream().map(String::valueOf).toList())
                .isEqualTo(nodes.isEmpty() ? List.of() : List.of(nodes.split(",")));
        assertThat(place.getJsonArray("instances")).hasSize(instances);
        assertThat(whole.getJsonArray("placement").getJsonObject(1).getJsonArray("nodes"))
                .isEmpty();
        assertThat(whole.getJsonArray("members").stream()
                        .map(each -> ((JsonObject) each).getString("state"))
                        .toList())
                .containsExactly("ready", "draining");
        assertThat(whole.getBoolean("majority")).isFalse();
    }

    private static void say(Map<String, JsonObject> sections, String node, String state) {
        if (state != null) {
            JsonObject said =
                    new JsonObject().put("state", state).put("version", "1.0.0").put("replica", 0);
            sections.put(node, new JsonObject().put("plugins", new JsonObject().put("p", said)));
        }
    }

    /** Two members, of which the other is about to leave. */
    private static final class Two implements Members {

        @Override
        public Member self() {
            return all().getFirst();
        }

        @Override
        public List<Member> all() {
            return List.of(member("a", false), member("b", true));
        }

        private static Member member(String id, boolean draining) {
            return new Member(id, "i", "h:1", Set.of(Role.PLUGINS), Map.of("zone", "z"), "0.1.0", true, null, draining);
        }

        @Override
        public boolean hasMajority() {
            return false;
        }

        @Override
        public void onChange(Runnable listener) {}
    }

    private record Said(Map<String, JsonObject> sections) implements NodeStates {

        @Override
        public void publish(String section, JsonObject state) {
            throw new IllegalStateException("nobody publishes here");
        }

        @Override
        public JsonObject of(String nodeId, String section) {
            return section.equals("plugins") ? sections.getOrDefault(nodeId, new JsonObject()) : new JsonObject();
        }

        @Override
        public void onChange(String section, Consumer<String> listener) {}
    }
}
