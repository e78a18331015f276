package io.dataprism.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchOptionsTest {

    private static final BenchOptions.Accepted ALL = new BenchOptions.Accepted(
            "engine",
            List.of("--rounds", "--rows", "--soak", "--quick", "--data", "--profile"),
            List.of("flux", "arrow"));

    private static final BenchOptions.Accepted FEW =
            new BenchOptions.Accepted("engine", List.of("--rounds"), List.of("flux"));

    @Test
    void without_words_every_row_is_measured_and_nothing_is_soaked() {
        BenchOptions options = BenchOptions.parse(List.of(), ALL);
        assertThat(options.wants("flux")).isTrue();
        assertThat(options).isEqualTo(new BenchOptions(5, List.of(), null, false, null, null));
    }

    @Test
    void every_option_is_taken() {
        BenchOptions options = BenchOptions.parse(
                List.of(
                        "--rows",
                        "arrow",
                        "--rounds",
                        "9",
                        "--data",
                        "/a.parquet",
                        "--soak",
                        "10m",
                        "--quick",
                        "yes",
                        "--profile",
                        "/p"),
                ALL);
        assertThat(options.wants("flux")).isFalse();
        assertThat(options)
                .isEqualTo(new BenchOptions(
                        9, List.of("arrow"), Duration.ofMinutes(10), true, Path.of("/a.parquet"), Path.of("/p")));
    }

    @ParameterizedTest
    @CsvSource({
        "--rounds, 0",
        "--rounds, many",
        "--rows, flight",
        "--soak, 0s",
        "--soak, 100h",
        "--soak, long",
        "--fast, yes"
    })
    void what_is_not_legal_is_named(String option, String value) {
        assertThatThrownBy(() -> BenchOptions.parse(List.of(option, value), ALL))
                .isInstanceOf(DataPrismException.class)
                .hasMessageContaining(option)
                .satisfies(refused -> assertThat(((DataPrismException) refused).hint())
                        .contains("./dataprism bench engine [--rounds N]"));
    }

    @ParameterizedTest
    @CsvSource({"--soak, 10m", "--data, a"})
    void what_another_bench_takes_is_refused(String option, String value) {
        assertThatThrownBy(() -> BenchOptions.parse(List.of(option, value), FEW))
                .hasMessageContaining(option);
    }
}
