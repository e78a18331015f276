package io.dataprism.core.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.plugin.ResourceQuota;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ResourcePolicyTest {

    private static final ResourceQuota MOST = new ResourceQuota(100, 2, 10, Duration.ofSeconds(5), 1_000);
    private static final ResourcePolicy POLICY =
            new ResourcePolicy(MOST, 256, 10, 1_000, new ResourcePolicy.Group(1_000, 1.5), IsolationLevel.NO_CGROUP);

    @Test
    void aPluginGetsWhatItAsksForAndNoMoreThanTheOperatorAllows() {
        ResourceQuota modest = new ResourceQuota(50, 0.5, 5, Duration.ofSeconds(1), 10);
        assertThat(POLICY.cap(modest)).isEqualTo(modest);
        assertThat(POLICY.cap(new ResourceQuota(200, 8, 20, Duration.ofMinutes(1), 2_000)))
                .as("the processors are those of the group")
                .isEqualTo(new ResourceQuota(100, 1.5, 10, Duration.ofSeconds(5), 1_000));
    }
}
