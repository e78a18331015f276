package io.dataprism.core.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestRateTest {

    private static final ResourcePolicy POLICY = new ResourcePolicy(
            ResourcePolicy.defaults().most(),
            256,
            10,
            1_000,
            ResourcePolicy.defaults().group(),
            IsolationLevel.NO_CGROUP);

    private long nanos;
    private final RequestRate rate = new RequestRate("p", POLICY, () -> nanos);

    @Test
    void soManyRequestsPassInASecond() {
        for (int request = 0; request < 10; request++) {
            rate.admit(1);
        }
        assertThatThrownBy(() -> rate.admit(1))
                .isInstanceOf(DataPrismException.class)
                .hasMessageContaining("more than 10 things");
        nanos += TimeUnit.MILLISECONDS.toNanos(100);
        rate.admit(1);
        assertThatThrownBy(() -> rate.admit(1)).isInstanceOf(DataPrismException.class);
        assertThat(rate.refused()).isEqualTo(2);
    }

    @Test
    void aLargeRequestPassesAndIsPaidForAfterwards() {
        rate.admit(3_000);
        nanos += TimeUnit.MILLISECONDS.toNanos(1_900);
        assertThatThrownBy(() -> rate.admit(1)).isInstanceOf(DataPrismException.class);
        nanos += TimeUnit.MILLISECONDS.toNanos(200);
        rate.admit(1);
    }

    @Test
    void whatIsSavedIsOneSecondsWorth() {
        nanos += TimeUnit.MINUTES.toNanos(1);
        for (int request = 0; request < 10; request++) {
            rate.admit(0);
        }
        assertThatThrownBy(() -> rate.admit(0)).isInstanceOf(DataPrismException.class);
    }
}
