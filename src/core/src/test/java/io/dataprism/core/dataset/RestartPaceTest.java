package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartPaceTest {

    @Test
    void afterSoManyStartsTheNextOneWaitsUntilTheFirstIsAMinuteOld() {
        RestartPace pace = new RestartPace();
        long second = Duration.ofSeconds(1).toNanos();
        for (int i = 0; i < RestartPace.LIMIT; i++) {
            assertThat(pace.untilAllowed(i * second)).isZero();
            pace.restarted(i * second);
        }

        assertThat(pace.untilAllowed(10 * second)).isEqualTo(Duration.ofSeconds(50));
        assertThat(pace.untilAllowed(60 * second)).isZero();
        pace.restarted(60 * second);
        assertThat(pace.untilAllowed(60 * second)).isEqualTo(Duration.ofSeconds(1));
    }
}
