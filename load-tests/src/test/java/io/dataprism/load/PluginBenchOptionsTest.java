package io.dataprism.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginBenchOptionsTest {

    private static final List<String> ROWS = List.of("call-process", "reload");

    @Test
    void without_words_every_row_is_measured_and_nothing_is_soaked() {
        PluginBenchOptions options = PluginBenchOptions.parse(List.of(), ROWS);
        assertThat(options.wants("reload")).isTrue();
        assertThat(options.soak()).isNull();
        assertThat(options.quick()).isFalse();
    }

    @Test
    void rows_rounds_and_a_soak_are_taken() {
        PluginBenchOptions options =
                PluginBenchOptions.parse(List.of("--rows", "reload", "--rounds", "2", "--soak", "10m"), ROWS);
        assertThat(options.wants("call-process")).isFalse();
        assertThat(options.wants("reload")).isTrue();
        assertThat(options.rounds()).isEqualTo(2);
        assertThat(options.soak()).isEqualTo(Duration.ofMinutes(10));
    }

    @ParameterizedTest
    @CsvSource({
        "--rounds, 0",
        "--rounds, many",
        "--rows, calls",
        "--soak, 0s",
        "--soak, 100h",
        "--soak, long",
        "--fast, yes"
    })
    void what_is_not_legal_is_named(String option, String value) {
        assertThatThrownBy(() -> PluginBenchOptions.parse(List.of(option, value), ROWS))
                .isInstanceOf(DataPrismException.class)
                .hasMessageContaining(option)
                .satisfies(refused ->
                        assertThat(((DataPrismException) refused).hint()).contains("./dataprism bench plugins"));
    }
}
