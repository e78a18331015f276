package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.event.EventLog;
import io.dataprism.node.configuration.ConfigurationException;
import io.dataprism.node.configuration.ConfigurationFile;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusLimitsTest {

    @Test
    void theLimitsOfTheContractForEventsAreShown() {
        assertThat(StatusLimits.of(EngineLimits.defaults(), EventLog.Limits.DEFAULT)
                        .getMap())
                .containsEntry("eventBytes", 256 * 1024)
                .containsEntry("eventLogEvents", 100_000)
                .containsEntry("eventLogBytes", 256L * 1024 * 1024)
                .containsEntry("eventLogAge", "3600s")
                .containsKeys("queryWorkers", "openQueriesPerNode", "openQueriesPerUser", "batchBytes");
    }

    /** What somebody reads in the status is what they write into the file. */
    @Test
    void theStatusCallsEveryLimitAsTheConfigurationDoes(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("node.yaml"), "limits: {none: 1}");
        String refusal = catchThrowableOfType(ConfigurationException.class, () -> ConfigurationFile.read(file))
                .getMessage();
        String legal = refusal.substring(refusal.indexOf("legal are ") + "legal are ".length());
        try (RunningNode node = new RunningNode(folder)) {
            JsonObject status =
                    new JsonObject(node.text(node.request("/v1/status")).body());
            assertThat(status.getJsonObject("limits").fieldNames())
                    .containsExactlyInAnyOrder(
                            legal.strip().replaceAll("[.]$", "").split(", "));
        }
    }
}
