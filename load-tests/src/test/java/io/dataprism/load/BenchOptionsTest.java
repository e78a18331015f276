package io.dataprism.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchOptionsTest {

    private static final List<String> ROWS = List.of("flux", "arrow");

    @Test
    void without_words_every_row_is_measured() {
        BenchOptions options = BenchOptions.parse(List.of(), ROWS);
        assertThat(options.wants("flux")).isTrue();
        assertThat(options.rounds()).isEqualTo(5);
    }

    @Test
    void rows_rounds_and_data_are_taken() {
        BenchOptions options =
                BenchOptions.parse(List.of("--only", "arrow", "--rounds", "9", "--data", "/a.parquet"), ROWS);
        assertThat(options.wants("flux")).isFalse();
        assertThat(options.wants("arrow")).isTrue();
        assertThat(options.rounds()).isEqualTo(9);
        assertThat(options.data()).isEqualTo(Path.of("/a.parquet"));
    }

    @ParameterizedTest
    @CsvSource({"--rounds, 0", "--rounds, many", "--only, flight", "--fast, yes"})
    void what_is_not_legal_is_named(String option, String value) {
        assertThatThrownBy(() -> BenchOptions.parse(List.of(option, value), ROWS))
                .isInstanceOf(DataPrismException.class)
                .hasMessageContaining(option)
                .satisfies(refused ->
                        assertThat(((DataPrismException) refused).hint()).contains("./dataprism bench"));
    }
}
