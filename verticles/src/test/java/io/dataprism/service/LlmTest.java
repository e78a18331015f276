package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Language models from an endpoint with OpenAI's interface, for a plugin in a real sandbox. */
class LlmTest {

    @TempDir
    static Path folder;

    private static ModelServer models;
    private static PluginNode node;

    @BeforeAll
    static void start() throws Exception {
        models = new ModelServer();
        node = new PluginNode(folder, PluginNode.llm(folder, models.url(), Duration.ofSeconds(2), 10_000));
        for (String name : new String[] {"talker", "spender"}) {
            node.activate(name, PluginNode.permissions("core execute llm"), new JsonObject());
        }
    }

    @AfterAll
    static void stop() {
        node.close();
        models.close();
    }

    @Test
    void aConversationIsAnsweredByTheOperatorsModel() throws Exception {
        JsonObject answer = node.execute("talker", "chat", new JsonObject().put("question", "why?"));
        assertThat(answer.getJsonObject("ok"))
                .isEqualTo(new JsonObject()
                        .put("content", "You said: why?")
                        .put("finishReason", "stop")
                        .put("model", "large")
                        .put("tokens", 400));
        JsonObject asked = models.asked.getLast();
        assertThat(asked.getInteger("max_tokens")).isEqualTo(1024);
        assertThat(asked.getBoolean("stream")).isFalse();
        assertThat(node.get("/v1/audit?action=llm.called&plugin=talker&limit=1000"))
                .contains("\"tokens\":400", "/plugins/talker")
                .doesNotContain("why?")
                .doesNotContain(ModelServer.KEY);
        assertThat(node.get("/metrics")).contains("dataprism_llm_tokens_total{plugin=\"talker\"");
    }

    @Test
    void eachTextHasItsVector() throws Exception {
        JsonObject answer = node.execute(
                "talker",
                "embed",
                new JsonObject().put("texts", new JsonArray().add("a").add("four")));
        assertThat(answer.getJsonArray("ok"))
                .isEqualTo(new JsonArray()
                        .add(new JsonArray().add(1.0).add(0.5))
                        .add(new JsonArray().add(4.0).add(0.5)));
    }

    @ParameterizedTest
    @CsvSource({
        "status-400,REQUEST_INVALID,not now",
        "status-429,OVERLOADED,not now",
        "status-500,NETWORK_FAILED,answered 500",
        "status-302,NETWORK_FAILED,answered 302",
        "status-401,NETWORK_FAILED,key",
        "garbage,NETWORK_FAILED,no JSON object",
        "short,NETWORK_FAILED,choices",
        "silent,NETWORK_FAILED,2000 ms"
    })
    void whatTheEndpointDoesWrongIsToldWithoutItsKey(String model, String code, String words) throws Exception {
        JsonObject answer = node.execute(
                "talker", "chat", new JsonObject().put("question", "why?").put("model", model));
        assertThat(answer.getString("code")).as(answer.encode()).isEqualTo(code);
        assertThat(answer.getString("message")).contains(words).doesNotContain(ModelServer.KEY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chat|{}|messages",
                "chat|{'messages': []}|messages",
                "chat|{'messages': [{'role': 'wizard', 'content': 'x'}]}|messages",
                "chat|{'messages': [{'role': 'user', 'content': 1}]}|messages",
                "chat|{'messages': [{'role': 'user', 'content': 'x'}], 'maxTokens': 0}|maxTokens",
                "chat|{'messages': [{'role': 'user', 'content': 'x'}], 'temperature': 3}|temperature",
                "chat|{'messages': [{'role': 'user', 'content': 'x'}], 'stop': ['a','b','c','d','e']}|stop",
                "chat|{'messages': [{'role': 'user', 'content': 'x'}], 'model': 7}|model",
                "embed|{}|input",
                "embed|{'input': [1]}|input"
            })
    void whatIsNotLegalIsNamedAndNotSent(String address, String body, String member) throws Exception {
        int before = models.asked.size();
        JsonObject answer =
                node.call("talker", "dataprism.service.llm." + address, new JsonObject(body.replace('\'', '"')));
        assertThat(answer.getString("code")).isEqualTo("REQUEST_INVALID");
        assertThat(answer.getString("message")).contains("'" + member + "'");
        assertThat(models.asked).hasSize(before);
    }

    @Test
    void aPluginThatHasUsedItsTokensIsRefusedUntilTheyAreForgottenAndOthersAreNot() throws Exception {
        JsonObject refused = new JsonObject();
        for (int call = 0; call < 30 && !refused.containsKey("code"); call++) {
            refused = node.execute("spender", "chat", new JsonObject().put("question", "more"));
        }
        assertThat(refused.getString("code")).isEqualTo("QUOTA_EXCEEDED");
        assertThat(refused.getString("message")).contains("10000");
        assertThat(node.execute("talker", "chat", new JsonObject().put("question", "me?"))
                        .containsKey("ok"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"silent, QUOTA_EXCEEDED", "status-500, QUOTA_EXCEEDED", "status-400, REQUEST_INVALID"})
    void onlyWhatTheEndpointRefusedCostsNothing(String model, String last) throws Exception {
        JsonObject params = new JsonObject()
                .put("model", model)
                .put("maxTokens", 6_000)
                .put(
                        "messages",
                        new JsonArray().add(new JsonObject().put("role", "user").put("content", "why?")));
        String plugin = model + "-asker";
        node.activate(plugin, PluginNode.permissions("core execute llm"), new JsonObject());
        node.call(plugin, "dataprism.service.llm.chat", params);
        assertThat(node.call(plugin, "dataprism.service.llm.chat", params).getString("code"))
                .isEqualTo(last);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|no vectors",
                "[{'index': 0, 'embedding': [1]}]|1 vectors for 2 texts",
                "[{'index': 0, 'embedding': [1]}, {'index': 0, 'embedding': [1]}]|index 0",
                "[{'index': 0, 'embedding': [1]}, {'index': 2, 'embedding': [1]}]|index 2",
                "[{'index': 0, 'embedding': [1]}, {'embedding': [1]}]|index null",
                "[{'index': 0, 'embedding': [1]}, 7]|index null",
                "[{'index': 0, 'embedding': ['1']}, {'index': 1, 'embedding': [1]}]|text 0",
                "[{'index': 0, 'embedding': [1]}, {'index': 1, 'embedding': [1e999]}]|text 1",
                "[{'index': 0, 'embedding': [1]}, {'index': 1, 'embedding': []}]|text 1",
                "[{'index': 0, 'embedding': [1]}, {'index': 1}]|text 1"
            })
    void vectorsThatAreNotOneOfNumbersForEachTextAreRefused(String data, String words) {
        Object answered = new JsonObject("{\"data\":" + data.replace('\'', '"') + "}").getValue("data");
        assertThatThrownBy(() -> Vectors.inOrder(answered, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }

    @Test
    void tokensCountForAnHourAndWhatWasReservedIsCorrected() {
        AtomicLong now = new AtomicLong();
        TokenQuota quota = new TokenQuota(100, now::get);
        TokenQuota.Use first = quota.reserve("p", 90);
        assertThatThrownBy(() -> quota.reserve("p", 11)).isInstanceOf(DataPrismException.class);
        quota.settle(first, 40);
        quota.reserve("p", 60);
        quota.reserve("other", 100);
        now.addAndGet(Duration.ofMinutes(59).toNanos());
        assertThatThrownBy(() -> quota.reserve("p", 1)).hasMessageContaining("100");
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        quota.reserve("p", 100);
    }

    @Test
    void aNodeWithoutAnEndpointSaysSo(@TempDir Path other) throws Exception {
        try (PluginNode without = new PluginNode(other)) {
            without.activate("talker", PluginNode.permissions("core execute llm"), new JsonObject());
            JsonObject answer = without.execute("talker", "chat", new JsonObject().put("question", "why?"));
            assertThat(answer.getString("code")).isEqualTo("NOT_FOUND");
            assertThat(answer.getString("message")).contains("no endpoint of language models");
        }
    }
}
