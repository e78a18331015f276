package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalNodeViewTest {

    @TempDir
    Path folder;

    @Test
    void aNodeThatIsAloneIsTheWholeClusterInEveryRole() throws Exception {
        try (RunningNode node = new RunningNode(folder)) {
            var answer = node.text(node.request("/v1/cluster"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonObject cluster = new JsonObject(answer.body());
            assertThat(cluster.getJsonArray("placement")).isEqualTo(new JsonArray());
            assertThat(cluster.getJsonArray("members")).hasSize(1);
            JsonObject self = cluster.getJsonArray("members").getJsonObject(0);
            assertThat(self.getString("id")).isNotBlank();
            assertThat(self.getString("address")).isEqualTo("127.0.0.1");
            assertThat(self.getJsonArray("roles")).containsExactlyInAnyOrder("gateway", "engine", "plugins");
        }
    }
}
