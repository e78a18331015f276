package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultTypesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "false | INTEGER",
                "false | DECIMAL(18,3)[]",
                "false | STRUCT(a INTEGER, b VARCHAR)",
                "false | STRUCT(\"a, (b\" INTEGER, c DECIMAL(3,1))",
                "false | MAP(INTEGER, VARCHAR)",
                "false | STRUCT(INTEGER)",
                "false | STRUCT(STRUCT(DECIMAL(3,1)))",
                "false | STRUCT(timestamp TIMESTAMP WITH TIME ZONE, b DATE)",
                "true  | STRUCT(INTEGER, VARCHAR)",
                "true  | STRUCT(\"NULL\", INTEGER)",
                "true  | STRUCT(ENUM('a', 'b'), DATE)[]",
                "true  | STRUCT(TIMESTAMP WITH TIME ZONE, DATE)",
                "true  | STRUCT(a MAP(INTEGER, STRUCT(DECIMAL(3,1), INTEGER[])), b DATE)"
            })
    void membersWithoutNamesAreFoundWhereThereAreSeveral(boolean expected, String type) {
        assertThat(ResultTypes.hasNamelessMembers(type)).isEqualTo(expected);
    }
}
