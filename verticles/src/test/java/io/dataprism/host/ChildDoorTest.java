package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.bus.Addresses;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long a child waits outside of calls. */
class ChildDoorTest {

    @Test
    void anAnswerOfALanguageModelIsWaitedForAsLongAsAnEndpointMayTake() {
        assertThat(ChildDoor.backgroundTimeout(Addresses.LLM_PREFIX + "chat")).isGreaterThan(Duration.ofMinutes(10));
        assertThat(ChildDoor.backgroundTimeout(Addresses.NETWORK_FETCH)).isEqualTo(Duration.ofSeconds(30));
    }
}
