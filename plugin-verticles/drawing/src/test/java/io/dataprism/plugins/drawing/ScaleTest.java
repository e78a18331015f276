package io.dataprism.plugins.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 10.1 | 5 | 0, 5, 10, 15",
                "0 | 9.9 | 5 | 0, 2, 4, 6, 8, 10",
                "-3 | 12 | 5 | \u22125, 0, 5, 10, 15",
                "0 | 0.35 | 4 | 0, 0.1, 0.2, 0.3, 0.4",
                "0 | 45000 | 3 | 0, 20\u202f000, 40\u202f000, 60\u202f000",
                "0 | 12345678 | 3 | 0, 5\u202fM, 10\u202fM, 15\u202fM",
                "0 | 2.4e9 | 3 | 0, 1\u202fG, 2\u202fG, 3\u202fG",
                "-2e-7 | 0 | 2 | \u22122e\u22127, \u22121e\u22127, 0",
                "5 | 5 | 2 | 0, 5",
                "0 | 0 | 3 | 0, 0.2, 0.4, 0.6, 0.8, 1.0"
            })
    void ticksAreRoundAndReadable(double lowest, double highest, int about, String expected) {
        List<String> texts = Scale.of(lowest, highest, about).ticks().stream()
                .map(Tick::text)
                .toList();
        assertThat(String.join(", ", texts)).isEqualTo(expected);
    }

    @Property
    void everyValueLiesOnTheAxisAndTicksAreFew(
            @ForAll @DoubleRange(min = -1.7e308, max = 1.7e308) double one,
            @ForAll @DoubleRange(min = -1.7e308, max = 1.7e308) double other) {
        Scale scale = Scale.of(Math.min(one, other), Math.max(one, other), 6);
        assertThat(scale.ticks()).hasSizeBetween(2, 9);
        assertThat(scale.part(one)).isBetween(-1e-9, 1 + 1e-9);
        assertThat(scale.part(other)).isBetween(-1e-9, 1 + 1e-9);
        assertThat(scale.part(0)).isBetween(0.0, 1.0);
    }
}
