package io.dataprism.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventBenchOptionsTest {

    private static final List<String> ROWS = List.of("fan-out", "resume");

    @Test
    void without_words_every_row_is_measured() {
        EventBenchOptions options = EventBenchOptions.parse(List.of(), ROWS);
        assertThat(options.wants("resume")).isTrue();
        assertThat(options.quick()).isFalse();
        assertThat(options.profile()).isNull();
    }

    @Test
    void rows_rounds_and_haste_are_taken() {
        EventBenchOptions options =
                EventBenchOptions.parse(List.of("--rows", "resume", "--rounds", "2", "--quick", "yes"), ROWS);
        assertThat(options.wants("fan-out")).isFalse();
        assertThat(options.wants("resume")).isTrue();
        assertThat(options.rounds()).isEqualTo(2);
        assertThat(options.quick()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"--rounds, 0", "--rounds, many", "--rows, fan", "--soak, 10m"})
    void what_is_not_legal_is_named(String option, String value) {
        assertThatThrownBy(() -> EventBenchOptions.parse(List.of(option, value), ROWS))
                .isInstanceOf(DataPrismException.class)
                .hasMessageContaining(option)
                .satisfies(refused ->
                        assertThat(((DataPrismException) refused).hint()).contains("./dataprism bench events"));
    }
}
