package io.dataprism.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.error.DataPrismException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames from clients, and schemas of requests as such. */
class RequestSchemasTest {

    /** A frame of each operation that is taken. */
    private static final Map<String, JsonObject> GOOD = Map.ofEntries(
            Map.entry("auth", new JsonObject("{\"op\":\"auth\",\"token\":\"t\"}")),
            Map.entry("subscribe", new JsonObject("{\"op\":\"subscribe\",\"id\":\"i\",\"topics\":[\"a\"]}")),
            Map.entry("demand", new JsonObject("{\"op\":\"demand\",\"id\":\"i\",\"total\":1}")),
            Map.entry("unsubscribe", new JsonObject("{\"op\":\"unsubscribe\",\"id\":\"i\"}")),
            Map.entry("cancel", new JsonObject("{\"op\":\"cancel\",\"id\":\"i\"}")),
            Map.entry("publish", new JsonObject("{\"op\":\"publish\",\"id\":\"i\",\"topic\":\"a\",\"data\":null}")),
            Map.entry(
                    "execute",
                    new JsonObject("{\"op\":\"execute\",\"id\":\"i\",\"plugin\":\"p\",\"operation\":\"o\"}")),
            Map.entry("query", new JsonObject("{\"op\":\"query\",\"id\":\"i\",\"sql\":\"SELECT 1\"}")),
            Map.entry("ping", new JsonObject("{\"op\":\"ping\"}")));

    static Stream<String> operations() {
        return Contract.current().frameOperations().stream();
    }

    @Test
    void everyFrameOfAClientIsAMessageAndTheReverse() {
        assertThat(PublishedContract.messages("receiveFrame").keySet()).isEqualTo(GOOD.keySet());
        assertThat(Contract.current().frameOperations()).isEqualTo(new TreeSet<>(GOOD.keySet()));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void eachMemberOfAFrameIsCheckedAndNamed(String operation) {
        JsonObject good = GOOD.get(operation);
        assertThatCode(() -> Contract.current().checkFrame(operation, good)).doesNotThrowAnyException();
        JsonObject payload = PublishedContract.resolved(
                PublishedContract.ASYNC_API,
                PublishedContract.messages("receiveFrame").get(operation).getJsonObject("payload"));
        for (String member : payload.getJsonObject("properties").fieldNames()) {
            if (!member.equals("data")) {
                assertThat(pointers(operation, good.copy().put(member, -1.5)))
                        .as(member)
                        .containsExactly("#/" + member);
            }
        }
        for (Object member : payload.getJsonArray("required")) {
            JsonObject without = good.copy();
            without.remove((String) member);
            assertThat(pointers(operation, without)).containsExactly("#/" + member);
        }
        DataPrismException refused = refused(operation, good.copy().put("more", 1));
        assertThat(refused.violations().getFirst().detail())
                .contains("'more' is not known here; known are op")
                .contains(payload.getJsonObject("properties").fieldNames());
    }

    private static DataPrismException refused(String operation, JsonObject frame) {
        return catchThrowableOfType(
                DataPrismException.class, () -> Contract.current().checkFrame(operation, frame));
    }

    private static List<String> pointers(String operation, JsonObject frame) {
        return refused(operation, frame).violations().stream()
                .map(DataPrismException.Violation::pointer)
                .toList();
    }

    @Test
    void nothingOfAnAuthFrameIsShown() {
        for (String wrong : List.of(
                "{\"op\":\"auth\",\"Token\":\"secret\"}",
                "{\"op\":\"auth\",\"token\":{\"secret\":1}}",
                "{\"op\":\"auth\",\"token\":\"secret\",\"more\":[\"secret\"]}")) {
            DataPrismException refused = refused("auth", new JsonObject(wrong));
            assertThat(new JsonObject(refused.toJson()).encode()).doesNotContain("secret");
        }
    }

    @Test
    void problemsOfAHostileFrameAreFewAndShort() {
        JsonArray many = new JsonArray();
        for (int i = 0; i < 100_000; i++) {
            many.add(new JsonArray());
        }
        JsonObject frame = GOOD.get("query").copy().put("parameters", many).put("x".repeat(500_000), 1);
        DataPrismException refused = refused("query", frame);
        assertThat(refused.violations()).hasSize(100);
        assertThat(refused.detail()).contains("at least 99 more");
        assertThat(new JsonObject(refused.toJson()).encode()).hasSizeLessThan(20_000);
    }

    @Test
    void wordsComeFromTheSchema() {
        assertThat(refused("query", new JsonObject("{\"op\":\"query\",\"id\":\"\",\"sql\":7,\"timeoutMs\":0}"))
                        .violations())
                .extracting(DataPrismException.Violation::detail)
                .containsExactly(
                        "'id' must be a string of 1 to 64 characters.",
                        "'sql' must be a string that is not empty.",
                        "'timeoutMs' must be a whole number from 1 to 600000.");
    }

    @Test
    void whatWouldNotBeCheckedIsRefused() {
        SchemaCompiler compiler = new SchemaCompiler(UnaryOperator.identity());
        for (Map<String, Object> schema : List.of(
                Map.<String, Object>of("type", "string", "contentEncoding", "base64"),
                Map.<String, Object>of("not", Map.of()),
                Map.<String, Object>of("type", "string", "pattern", "a+"),
                Map.<String, Object>of("type", "number"))) {
            assertThatThrownBy(() -> compiler.compile(schema, "here"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("here");
        }
    }
}
