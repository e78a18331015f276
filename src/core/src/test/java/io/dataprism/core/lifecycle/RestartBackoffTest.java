package io.dataprism.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.manifest.CrashPolicy;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RestartBackoffTest {

    private final RestartBackoff backoff = new RestartBackoff();
    private final CrashPolicy policy = new CrashPolicy(true, 2, Duration.ofMinutes(1));
    private final Instant now = Instant.EPOCH;

    @Test
    void pausesGrowAndEndInQuarantine() {
        assertThat(backoff.failed(policy, now)).contains(Duration.ofMillis(200));
        assertThat(backoff.failed(policy, now)).contains(Duration.ofMillis(400));
        assertThat(backoff.failed(policy, now)).isEmpty();
    }

    @Test
    void oldFailuresAreForgotten() {
        backoff.failed(policy, now);
        backoff.failed(policy, now);
        assertThat(backoff.failed(policy, now.plusSeconds(61))).contains(Duration.ofMillis(200));
    }

    @Test
    void noRestartWhereThePolicySaysNever() {
        assertThat(backoff.failed(new CrashPolicy(false, 5, Duration.ofMinutes(1)), now))
                .isEmpty();
    }

    @Test
    void noPauseIsLongerThanHalfAMinute() {
        CrashPolicy patient = new CrashPolicy(true, 100, Duration.ofDays(1));
        for (int failure = 0; failure < 50; failure++) {
            assertThat(backoff.failed(patient, now).orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(30));
        }
    }

    @Test
    void everyStateHasItsNameAndItsExits() {
        PluginState.Loaded loaded =
                new PluginState.Registered("1.0.0").resolve("1.1.0").loaded();
        assertThat(loaded.activate().drain().drained()).isEqualTo(loaded);
        assertThat(loaded.activate().label()).isEqualTo("active");
        assertThat(loaded.activate().fail("x").quarantine().release().label()).isEqualTo("unloaded");
        assertThat(loaded.activate()
                        .drain()
                        .fail("x")
                        .resolve("2.0.0")
                        .fail("y")
                        .unload()
                        .version())
                .isEqualTo("2.0.0");
        assertThat(loaded.unload().resolve("1.1.0").label()).isEqualTo("resolved");
        assertThat(loaded.fail("x").label()).isEqualTo("failed");
    }
}
