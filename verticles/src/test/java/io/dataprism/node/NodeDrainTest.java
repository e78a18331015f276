package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node that goes down while a query is read. */
class NodeDrainTest {

    @TempDir
    Path folder;

    @Test
    @Tag("longer")
    void aQueryThatDoesNotEndInTheNodesTimeEndsWithAWord() throws Exception {
        RunningNode node = new RunningNode(folder);
        HttpResponse<InputStream> answer = node.client.send(
                node.query("SELECT range AS n FROM range(100000000000)", "application/x-ndjson")
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        CompletableFuture<String> last = CompletableFuture.supplyAsync(
                () -> new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))
                        .lines()
                        .reduce("", (before, line) -> line));
        node.stop();

        assertThat(new JsonObject(last.get(20, TimeUnit.SECONDS))
                        .getJsonObject("$error")
                        .getString("code"))
                .isEqualTo("DRAINING");
        node.client.close();
    }
}
