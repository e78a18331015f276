package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token that is narrowed to some plugins, against a whole node. */
class NarrowedTokenTest {

    @TempDir
    Path folder;

    @Test
    void aPackageOfAPluginOutsideTheTokenIsNotRegistered() throws Exception {
        try (PluginNode node = new PluginNode(folder)) {
            JsonObject wanted = new JsonObject()
                    .put("sub", "oscar")
                    .put("roles", JsonArray.of("operator"))
                    .put("plugins", JsonArray.of("probe-*"))
                    .put("ttlSeconds", 600);
            String token = new JsonObject(node.post("/v1/tokens", wanted).body()).getString("token");

            HttpResponse<String> refused = node.registerAs(token, "zz3");

            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
            assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo("PERMISSION_DENIED");
            assertThat(node.get("/v1/plugins")).doesNotContain("zz3");
            assertThat(node.get("/v1/audit?action=permission.refused")).contains("zz3", "/users/oscar");
            assertThat(node.registerAs(token, "probe-1").statusCode()).isEqualTo(201);
        }
    }
}
