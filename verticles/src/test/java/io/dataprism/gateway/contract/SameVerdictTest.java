package io.dataprism.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.error.DataPrismException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;

/** What checks requests comes to the same verdict as a validator that knows all of JSON Schema. */
class SameVerdictTest {

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "-1",
            "0",
            "1",
            "1.0",
            "1.5",
            "600000",
            "600001",
            "9223372036854775807",
            "\"\"",
            "\"a\"",
            "\"latest\"",
            "\"arrow\"",
            "\"drop\"",
            "\"requested\"",
            "\"everywhere\"",
            "\"a b/c\"",
            "\"" + "x".repeat(64) + "\"",
            "\"" + "😀".repeat(64) + "\"",
            "\"" + "x".repeat(65) + "\"",
            "\"" + "x".repeat(257) + "\"",
            "\"" + "x".repeat(513) + "\"",
            "[]",
            "[\"a\"]",
            "[\"admin\",\"analyst\"]",
            "[1,\"a\",null,false]",
            "[[1]]",
            "[{\"a\":1}]",
            "{}",
            "{\"sql\":\"a\"}",
            "{\"sql\":1}",
            "{\"table\":\"t\",\"sql\":\"x\"}",
            "{\"a\":\"b\"}",
            "{\"" + "x".repeat(64) + "\":\"b\"}");

    /** A document that somebody checks: its schema as it is published, and the check. */
    private record Checked(String name, JsonObject document, JsonObject schema, Check check) {}

    private interface Check {
        void accept(JsonObject value);
    }

    private static final List<Checked> ALL = all();

    private static List<Checked> all() {
        List<Checked> all = new ArrayList<>();
        PublishedContract.messages("receiveFrame")
                .forEach((operation, message) -> all.add(new Checked(
                        "frame " + operation,
                        PublishedContract.ASYNC_API,
                        PublishedContract.resolved(PublishedContract.ASYNC_API, message.getJsonObject("payload")),
                        frame -> Contract.current().checkFrame(operation, frame))));
        PublishedContract.OPEN_API
                .getJsonObject("paths")
                .forEach(item -> ((JsonObject) item.getValue()).forEach(entry -> {
                    JsonObject schema = PublishedContract.body((JsonObject) entry.getValue());
                    if (schema != null) {
                        String route = item.getKey().replaceAll("\\{([a-z]+)}", ":$1");
                        String method = entry.getKey().toUpperCase(Locale.ROOT);
                        all.add(new Checked(
                                method + " " + route,
                                PublishedContract.OPEN_API,
                                schema,
                                body -> Contract.current()
                                        .operation(method, route)
                                        .checkDocument(body)));
                    }
                }));
        all.sort(Comparator.comparing(Checked::name));
        return all;
    }

    @Property(tries = 20_000)
    void theVerdictIsTheSame(@ForAll long seed) {
        Random random = new Random(seed);
        Checked checked = ALL.get(random.nextInt(ALL.size()));
        JsonObject value = value(checked.schema(), random);
        boolean fits = fits(checked, value);
        Statistics.collect(fits);
        Statistics.coverage(
                coverage -> coverage.check(true).percentage(percentage -> percentage > 10 && percentage < 90));
        assertThat(fits)
                .as(checked.name() + " " + value.encode())
                .isEqualTo(PublishedContract.problems(checked.document(), checked.schema(), value)
                        .isEmpty());
    }

    private static boolean fits(Checked checked, JsonObject value) {
        try {
            checked.check().accept(new JsonObject(value.encode()));
            return true;
        } catch (DataPrismException refused) {
            assertThat(refused.violations()).isNotEmpty();
            return false;
        }
    }

    /** Mostly what is asked for, with a few members that are anything. */
    private static JsonObject value(JsonObject schema, Random random) {
        JsonObject value = new JsonObject();
        JsonObject members = schema.getJsonObject("properties", new JsonObject());
        for (String name : members.fieldNames()) {
            boolean required = schema.getJsonArray("required", new JsonArray()).contains(name);
            JsonObject member = members.getJsonObject(name);
            if (member.containsKey("const") && random.nextInt(10) > 0) {
                value.put(name, member.getValue("const"));
            } else if (random.nextInt(required ? 20 : 3) > (required ? 0 : 1)) {
                value.put(name, Json.decodeValue(VALUES.get(random.nextInt(VALUES.size()))));
            }
        }
        if (random.nextInt(10) == 0) {
            value.put("more", 1);
        }
        return value;
    }
}
