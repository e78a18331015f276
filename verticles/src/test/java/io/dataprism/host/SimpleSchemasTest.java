package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimpleSchemasTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'type': 'object'}",
                "{'type': 'object', 'properties': {'by': {'type': 'string', 'minLength': 1, 'default': 'origin'}},"
                        + " 'required': ['by'], 'additionalProperties': false}",
                "{'type': ['number', 'null'], 'minimum': 0}",
                "{'type': 'array', 'items': {'enum': ['a', 'b']}}"
            })
    void what_looks_at_each_part_once_is_simple(String schema) {
        assertThat(SimpleSchemas.isSimple(json(schema))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'pattern': 'a+'}",
                "{'properties': {'a': {'pattern': 'a+'}}}",
                "{'items': {'uniqueItems': true}}",
                "{'$ref': '#'}",
                "{'anyOf': [{'type': 'string'}]}",
                "{'additionalProperties': {'not': {}}}",
                "{'format': 'email'}",
                "{'enum': [{'a': 1}]}",
                "{'patternProperties': {'a': {}}}",
                "{'unheard': 1}"
            })
    void what_may_look_often_is_not(String schema) {
        assertThat(SimpleSchemas.isSimple(json(schema))).isFalse();
    }

    @Test
    void a_large_schema_is_not_simple() {
        String properties = IntStream.range(0, 300)
                .mapToObj(i -> "'p" + i + "': {'type': 'string'}")
                .collect(Collectors.joining(","));
        assertThat(SimpleSchemas.isSimple(json("{'properties': {" + properties + "}}")))
                .isFalse();
    }

    private static JsonObject json(String text) {
        return new JsonObject(text.replace('\'', '"'));
    }
}
