package io.dataprism.core.confinement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ConfinementFailsClosedTest {

    @Test
    void theCanaryNoticesThatConfinementIsOff() throws IOException {
        try (Sandboxes open = new Sandboxes(files -> {})) {
            assertThatThrownBy(() -> open.start("Worker", new RecordingDoor()))
                    .isInstanceOfSatisfying(DataPrismException.class, failure -> {
                        assertThat(failure.code()).isEqualTo(ErrorCode.SANDBOX_UNAVAILABLE);
                        assertThat(failure.detail()).contains("reading /etc/passwd", "/proc/self/environ", "writing");
                    });
        }
    }

    @Test
    void aThreadThatCannotBeRestrictedStartsNothing() throws IOException {
        try (Sandboxes open = new Sandboxes(files -> {
            throw new IllegalStateException("no Landlock here");
        })) {
            assertThatThrownBy(() -> open.start("Worker", new RecordingDoor()))
                    .isInstanceOfSatisfying(DataPrismException.class, failure -> {
                        assertThat(failure.code()).isEqualTo(ErrorCode.SANDBOX_UNAVAILABLE);
                        assertThat(failure.detail()).contains("no Landlock here");
                    });
        }
    }
}
