package io.dataprism.core.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.core.error.DataPrismException.Violation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaReaderTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type': 'text'} | #/s/type | string",
                "{'type': ['string', 'string']} | #/s/type | different",
                "{'type': []} | #/s/type | array",
                "{'properties': {'a': {'type': 5}}} | #/s/properties/a/type | integer",
                "{'properties': {'a/b': 5}} | #/s/properties/a~1b | true or false",
                "{'properties': []} | #/s/properties | object of schemas",
                "{'items': [{}]} | #/s/items | JSON object",
                "{'allOf': []} | #/s/allOf | at least one",
                "{'allOf': [{}, {'minLength': -1}]} | #/s/allOf/1/minLength | 0 or more",
                "{'maximum': '5'} | #/s/maximum | a number",
                "{'multipleOf': 0} | #/s/multipleOf | greater than 0",
                "{'uniqueItems': 'yes'} | #/s/uniqueItems | true or false",
                "{'required': 'a'} | #/s/required | array of different texts",
                "{'dependentRequired': {'a': [1]}} | #/s/dependentRequired | different texts",
                "{'enum': 'a'} | #/s/enum | an array",
                "{'description': 5} | #/s/description | a text",
                "{'pattern': '(['} | #/s/pattern | missing",
                "{'pattern': '(a)\\\\1'} | #/s/pattern | no going back",
                "{'pattern': '(a{1000}){1000}'} | #/s/pattern | written out",
                "{'pattern': '(?=a)b'} | #/s/pattern | no going back",
                "{'patternProperties': {'^(a+)+$': {}}} | #/s/patternProperties/^(a+)+$ | without groups",
                "{'patternProperties': {'a+': {}}} | #/s/patternProperties/a+ | anchored",
                "{'patternProperties': {'^a*a*$': {}}} | #/s/patternProperties/^a*a*$ | at most one",
                "{'pattern': 5} | #/s/pattern | regular expression",
                "{'patternProperties': {'*a': {}}} | #/s/patternProperties/*a | regular expression",
                "{'$schema': 'http://json-schema.org/draft-07/schema#'} | #/s/$schema | 2020-12",
                "{'$ref': 'https://acme.com/s'} | #/s/$ref | the same schema",
                "{'$ref': 'other.json#/a'} | #/s/$ref | nothing is fetched",
                "{'$ref': 5} | #/s/$ref | the same schema",
                "{'$ref': '#/$defs/none'} | #/s | '#/$defs/none' leads to no schema",
                "{'items': {'$ref': '#none'}} | #/s/items | leads to no schema",
                "{'$ref': '#/properties', 'properties': {}} | #/s | leads to no schema",
                "{'$ref': '#%zz'} | #/s | leads to no schema",
                "{'items': {'$id': 'https://acme.com/s'}} | #/s/items/$id | root",
                "{'$ref': '#'} | #/s | back to itself",
                "{'anyOf': [{'$ref': '#'}]} | #/s | back to itself"
            })
    void whatIsWrongIsFoundWhereItIs(String schema, String pointer, String words) throws Exception {
        assertThat(problems(schema)).singleElement().satisfies(problem -> {
            assertThat(problem.pointer()).isIn(pointer, pointer + "/anyOf/0");
            assertThat(problem.detail()).contains(words);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'JSON Schema': 'of the settings; secrets are writeOnly'}",
                "{'$schema': 'https://json-schema.org/draft/2020-12/schema', '$id': 'https://acme.com/s', 'type': 'object'}",
                "{'type': ['string', 'null'], 'enum': ['a', null], 'const': 5, 'default': {}, 'examples': [1]}",
                "{'properties': {'type': {'type': 'string'}, '$ref': {'type': 'string'}}, 'required': ['type']}",
                "{'properties': {'next': {'$ref': '#'}}}",
                "{'$ref': '#/$defs/a~1b', '$defs': {'a/b': {'type': 'string', 'pattern': '^[a-z]+$'}}}",
                "{'$ref': '#name', '$defs': {'x': {'$anchor': 'name'}}}",
                "{'items': false, 'additionalProperties': true, 'prefixItems': [true], 'not': {}}"
            })
    void whatTheStandardAllowsIsAllowed(String schema) throws Exception {
        assertThat(problems(schema)).isEmpty();
    }

    @Test
    void aSchemaThatGrowsWithEachReferenceIsRefused() throws Exception {
        StringBuilder defs = new StringBuilder("'d20': {}");
        for (int level = 0; level < 20; level++) {
            String next = "{'$ref': '#/$defs/d" + (level + 1) + "'}";
            defs.append(", 'd" + level + "': {'allOf': [" + next + ", " + next + "]}");
        }

        assertThat(problems("{'$ref': '#/$defs/d0', '$defs': {" + defs + "}}"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.detail()).contains("more than 10000"));
    }

    @Test
    void aSchemaIsBoundedInDepthAndSize() throws Exception {
        String deep = "{'items': ".repeat(30) + "{}" + "}".repeat(30);
        String wide = "{'anyOf': [{}" + ", {}".repeat(6_000) + "]}";

        assertThat(problems(deep))
                .singleElement()
                .satisfies(problem -> assertThat(problem.detail()).contains("nested at most 24"));
        assertThat(problems(wide))
                .singleElement()
                .satisfies(problem -> assertThat(problem.detail()).contains("at most 5000"));
    }

    private static List<Violation> problems(String schema) throws Exception {
        Map<String, Object> tree = JSON.readValue(schema.replace('\'', '"'), new TypeReference<>() {});
        Problems problems = new Problems();
        SchemaReader.check(tree, "#/s", problems);
        return problems.all();
    }
}
