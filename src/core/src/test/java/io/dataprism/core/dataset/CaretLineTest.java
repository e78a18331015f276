package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaretLineTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SELECT x           |  7 |  7",
                "SELECT '日本', x    | 15 | 13",
                "SELECT 'e\u0301', x | 12 | 13",
                "SELECT\t'a',\tx     | 10 | 12",
                "SELECT '\uD83D\uDE00', x | 14 | 13"
            })
    void aColumnOfATerminalBecomesACharacter(String text, int columns, int character) {
        assertThat(CaretLine.character(text, 0, columns)).isEqualTo(character);
    }

    @Test
    void aColumnBehindTheTextIsNoCharacter() {
        assertThat(CaretLine.character("SELECT", 0, 6)).isEqualTo(6);
        assertThat(CaretLine.character("SELECT", 0, 7)).isEqualTo(-1);
    }
}
