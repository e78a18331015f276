package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearPatternsTest {

    private static SchemaCheck check(String schema) {
        return new SchemaCheck(new JsonObject(schema.replace('\'', '"')).getMap());
    }

    private static void check(String schema, String value) {
        check(schema).check(new JsonObject(value.replace('\'', '"')), ErrorCode.REQUEST_INVALID, "Parameters");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'properties': {'a': {'pattern': '^x+$'}}} | {'a': 'xx'} | {'a': 'xy'}",
                "{'properties': {'a': {'pattern': 'x', 'format': 'email'}}} | {'a': 'x@y.org'} | {'a': 'z@y.org'}",
                "{'properties': {'a': {'pattern': 'x', 'allOf': [{'minLength': 2}]}}} | {'a': 'xx'} | {'a': 'x'}",
                "{'properties': {'const': {'pattern': '^x$'}}} | {'const': 'x'} | {'const': 'y'}",
                "{'properties': {'pattern': {'type': 'string'}}} | {'pattern': 'x'} | {'pattern': 5}",
                "{'properties': {'a': {'const': {'pattern': 'x'}}}} | {'a': {'pattern': 'x'}} | {'a': {}}",
                "{'propertyNames': {'pattern': '^x'}} | {'xa': 1} | {'a': 1}",
                "{'properties': {'a': {'$ref': '#/$defs/d'}}, '$defs': {'d': {'pattern': '^x'}}} | {'a': 'x'} | {'a': 'y'}",
                "{'properties': {'a': {'anyOf': [{'pattern': '^x'}, {'type': 'null'}]}}} | {'a': 'x'} | {'a': 'y'}",
                "{'properties': {'a': {'items': {'pattern': '^x'}}}} | {'a': ['x']} | {'a': ['y']}",
            })
    void aPatternMeansWhatItMeantBefore(String schema, String legal, String illegal) {
        assertThatCode(() -> check(schema, legal)).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(schema, illegal)).isInstanceOf(DataPrismException.class);
    }

    @Test
    void whatDoesNotMatchIsSaidWithItsPlaceAndThePattern() {
        assertThatThrownBy(() -> check("{'properties': {'a': {'pattern': '^x+$'}}}", "{'a': 'y'}"))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.violations()).anySatisfy(violation -> {
                            assertThat(violation.pointer()).isEqualTo("#/a");
                            assertThat(violation.detail()).contains("^x+$").doesNotContain("dataprism-pattern");
                        }));
    }

    @ParameterizedTest
    @CsvSource({"^(([a-z]+)*)*=", "(a*)*?b", "^(a|a)*$", "^(a|aa)+$"})
    @Timeout(20)
    void aPatternThatWouldGoBackForEverIsOverSoon(String pattern) {
        String value = "{'a': '" + "a".repeat(10_000) + "!'}";
        assertThatThrownBy(() -> check("{'properties': {'a': {'pattern': '" + pattern + "'}}}", value))
                .isInstanceOf(DataPrismException.class);
    }
}
