package io.dataprism.load.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlatnessTest {

    @Test
    void what_rises_at_first_and_rests_then_is_flat() {
        List<Double> figures = IntStream.range(0, 40)
                .mapToObj(i -> i < 20 ? i * 10.0 : 200.0 + i % 3)
                .toList();
        assertThat(Flatness.of(figures, 1).flat()).isTrue();
    }

    @Test
    void what_goes_on_rising_is_not() {
        List<Double> figures = IntStream.range(0, 40).mapToObj(i -> 100.0 + i).toList();
        Flatness found = Flatness.of(figures, 1);
        assertThat(found.flat()).isFalse();
        assertThat(found.rise()).isBetween(18.9, 19.1);
    }

    @Test
    void a_rise_that_does_not_matter_and_a_fall_are_flat() {
        assertThat(Flatness.of(List.of(1.0, 1.0, 1.0, 2.0), 3).flat()).isTrue();
        assertThat(Flatness.of(List.of(90.0, 90.0, 90.0, 10.0), 1).flat()).isTrue();
    }
}
