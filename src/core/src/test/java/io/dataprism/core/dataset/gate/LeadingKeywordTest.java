package io.dataprism.core.dataset.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeadingKeywordTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "INSERT INTO flights VALUES ('X', 1)  | INSERT does not read",
                "/* why * / */ (copy (SELECT 1) TO 'x') | COPY does not read",
                "  ;pragma version                     | PRAGMA does not read",
                "SELECT 1; INSTALL httpfs              | a statement in it does not read",
                "/* never closed                       | a statement in it does not read"
            })
    void aStatementThatDoesNotReadIsNamed(String sql, String found) {
        assertThat(LeadingKeyword.thatDoesNotRead(sql)).isEqualTo(found);
    }

    @Test
    void manyCommentsBeforeItDoNoHarm() {
        assertThat(LeadingKeyword.thatDoesNotRead("-- a comment\n/* another */".repeat(20_000) + "\nATTACH 'x'"))
                .isEqualTo("ATTACH does not read");
    }
}
