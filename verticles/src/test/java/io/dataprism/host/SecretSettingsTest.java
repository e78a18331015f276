package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretSettingsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'properties': {'a': {'writeOnly': true}}}",
                "{'properties': {'a': {'$ref': '#/$defs/s'}}, '$defs': {'s': {'writeOnly': true}}}",
                "{'properties': {'a': {'$ref': '#/$defs/r'}}, '$defs': {'r': {'$ref': '#/$defs/s'}, 's': {'writeOnly': true}}}",
                "{'properties': {'a': {'$ref': '#/definitions/x~1y'}}, 'definitions': {'x/y': {'writeOnly': true}}}",
                "{'$ref': '#/$defs/all', '$defs': {'all': {'properties': {'a': {'writeOnly': true}}}}}",
                "{'allOf': [{'properties': {'a': {'writeOnly': true}}}]}",
                "{'properties': {'a': {'anyOf': [{'type': 'null'}, {'writeOnly': true}]}}}",
                "{'if': {}, 'then': {'properties': {'a': {'writeOnly': true}}}}",
                "{'dependentSchemas': {'b': {'properties': {'a': {'writeOnly': true}}}}}",
                "{'properties': {'b': {}, 'c': {}}, 'additionalProperties': {'writeOnly': true}}",
                "{'properties': {'b': {}, 'c': {}}, 'patternProperties': {'^a$': {'writeOnly': true}}}",
                "{'properties': {'a': {'$ref': 'https://acme.com/s'}, 'x': {'writeOnly': true}}}",
                "{'properties': {'a': {'$ref': '#anchor'}, 'x': {'$anchor': 'anchor', 'writeOnly': true}}}",
                "{'properties': {'a': {'$dynamicRef': '#s'}, 'x': {'writeOnly': true}}}"
            })
    void aMarkedMemberIsTakenOutWhereverTheMarkStands(String schema) {
        JsonObject settings = json("{'a': 'secret', 'b': 1, 'c': {'d': 2}}");

        JsonObject shown = SecretSettings.without(settings, json(schema));

        assertThat(shown.encode()).doesNotContain("secret");
        assertThat(shown).isEqualTo(json("{'b': 1, 'c': {'d': 2}}"));
        assertThat(settings.getString("a")).isEqualTo("secret");
    }

    @Test
    void membersOfMembersAndOfElementsAreTakenOutToo() {
        JsonObject schema = json(
                "{'properties': {'list': {'items': {'properties': {'a': {'writeOnly': true}}}}, 'keys': {'prefixItems': [{'writeOnly': true}]}}}");
        JsonObject settings = json("{'list': [{'a': 'secret', 'b': 1}, {'a': 'secret'}], 'keys': ['secret', 'x']}");

        assertThat(SecretSettings.without(settings, schema)).isEqualTo(json("{'list': [{'b': 1}, {}], 'keys': []}"));
    }

    @Test
    void aSchemaWithoutMarksHidesNothingAndAMazeHidesEverything() {
        JsonObject settings = json("{'a': 'secret'}");

        assertThat(SecretSettings.without(settings, json("{'properties': {'a': {'$ref': '#'}}}")))
                .isEqualTo(settings);
        assertThat(SecretSettings.without(
                        settings,
                        json("{'allOf': [{'$ref': '#'}, {'$ref': '#'}], 'properties': {'x': {'writeOnly': true}}}")))
                .isEqualTo(new JsonObject());
        assertThat(SecretSettings.without(settings, json("{'writeOnly': true}")))
                .isEqualTo(new JsonObject());
    }

    private static JsonObject json(String text) {
        return new JsonObject(text.replace('\'', '"'));
    }
}
