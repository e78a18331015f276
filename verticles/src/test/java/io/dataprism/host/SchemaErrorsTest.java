package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaErrorsTest {

    private static final String CLOSED = "{'properties': {'v': {'minimum': 1}}, 'additionalProperties': false}";

    private static List<String> pointers(String schema, String value) {
        DataPrismException[] seen = new DataPrismException[1];
        assertThatThrownBy(() ->
                        new SchemaCheck(json(schema).getMap()).check(json(value), ErrorCode.REQUEST_INVALID, "They"))
                .isInstanceOfSatisfying(DataPrismException.class, failure -> seen[0] = failure);
        return seen[0].violations().stream().map(each -> each.pointer()).toList();
    }

    private static JsonObject json(String text) {
        return new JsonObject(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                CLOSED + " | {'v': 0} | #/v",
                CLOSED + " | {'w': 0} | #/w",
                CLOSED + " | {'v': 0, 'w': 1} | #/v #/w",
                "{'patternProperties': {'^x': {'minimum': 1}}, 'additionalProperties': false} | {'x1': 0} | #/x1",
                "{'allOf': [{'properties': {'v': {'minimum': 1}}}], 'unevaluatedProperties': false} | {'v': 0, 'w': 1} | #/v #/w",
                "{'properties': {'v': {'minimum': 1}}, 'additionalProperties': {'minimum': 5}} | {'v': 0, 'w': 1} | #/v #/w",
                "{'properties': {'o': {'properties': {'q': {'enum': [1]}}, 'required': ['r']}}} | {'o': {'q': 3}} | #/o #/o/q",
                "{'properties': {'l': {'items': {'type': 'integer'}}}} | {'l': [1, 'x', true]} | #/l/1 #/l/2",
                "{'properties': {'v': false}} | {'v': 0} | #/v",
                "{'required': ['v']} | {} | #",
                "{'properties': {'v': {'anyOf': [{'minimum': 1}, {'type': 'null'}]}}} | {'v': 0} | #/v #/v",
            })
    void eachProblemIsNamedOnceWhereItIs(String schema, String value, String pointers) {
        assertThat(pointers(schema, value)).containsExactlyInAnyOrder(pointers.split(" "));
    }
}
