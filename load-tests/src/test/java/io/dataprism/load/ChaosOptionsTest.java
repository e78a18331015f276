package io.dataprism.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChaosOptionsTest {

    @Test
    void what_is_said_is_taken_and_the_rest_has_defaults() {
        assertThat(ChaosOptions.parse(List.of("--seed", "42", "--minutes", "3")))
                .isEqualTo(new ChaosOptions(42, 3, 3, 300, null));
    }

    @Test
    void a_seed_that_is_not_given_is_made_up() {
        assertThat(ChaosOptions.parse(List.of()).seed()).isNotNegative();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--seed x", "--minutes 0", "--nodes 2", "--rate 1000000", "--seed", "--rounds 3"})
    void what_is_not_legal_is_named(String words) {
        assertThatThrownBy(() -> ChaosOptions.parse(List.of(words.split(" "))))
                .isInstanceOf(DataPrismException.class)
                .hasMessageContaining(words.split(" ")[0]);
    }
}
