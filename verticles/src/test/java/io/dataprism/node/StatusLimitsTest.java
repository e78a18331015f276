package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.event.EventLog;
import org.junit.jupiter.api.Test;

class StatusLimitsTest {

    @Test
    void theLimitsOfTheContractForEventsAndConnectionsAreShown() {
        assertThat(StatusLimits.of(EngineLimits.defaults(), EventLog.Limits.DEFAULT)
                        .getMap())
                .containsEntry("eventBytes", 256 * 1024)
                .containsEntry("eventLogEvents", 100_000)
                .containsEntry("eventLogBytes", 256L * 1024 * 1024)
                .containsEntry("eventLogMs", 3_600_000L)
                .containsEntry("textFrameBytes", 1024 * 1024)
                .containsEntry("subscriptionsPerConnection", 128)
                .containsKeys("queryWorkers", "openQueriesPerNode", "openQueriesPerUser", "batchBytes");
    }
}
