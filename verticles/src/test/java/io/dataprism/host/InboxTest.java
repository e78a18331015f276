package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Event;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** What waits for a plugin that does not take its messages. */
class InboxTest {

    private static final int LARGE = 250 * 1024;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Inbox inbox = new Inbox("listener", meters);

    @Test
    void noMoreWaitsThanFourMebibytesAndTheRestIsCounted() {
        StepVerifier.create(inbox.messages().map(Event::data), 0)
                .then(() -> send(20, "x".repeat(LARGE)))
                .then(() -> assertThat(dropped()).isEqualTo(4))
                .thenRequest(10)
                .expectNextCount(10)
                .then(() -> send(12, "x".repeat(LARGE)))
                .then(() -> assertThat(dropped()).isEqualTo(6))
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(16)
                .then(inbox::close)
                .verifyComplete();
    }

    @Test
    void noMoreThan256WaitAndTheRestIsCounted() {
        StepVerifier.create(inbox.messages().map(Event::data), 0)
                .then(() -> send(260, Map.of("n", 1)))
                .then(() -> assertThat(dropped()).isEqualTo(4))
                .thenRequest(Long.MAX_VALUE)
                .expectNext(Map.of("n", 1))
                .expectNextCount(255)
                .thenCancel()
                .verify();
    }

    @Test
    void oneFollowsAtATimeAndAnotherOnlyAfterIt() {
        Disposable first = inbox.messages().subscribe();
        assertThatThrownBy(() -> inbox.messages().blockFirst())
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.STATE_CONFLICT));
        first.dispose();
        send(1, "nobody listens");
        assertThat(dropped()).isEqualTo(1);
        StepVerifier.create(inbox.messages().map(Event::data))
                .then(() -> send(1, "heard"))
                .expectNext("heard")
                .thenCancel()
                .verify();
    }

    private void send(int count, Object message) {
        for (int index = 0; index < count; index++) {
            inbox.offer("/plugins/sender", message);
        }
    }

    private double dropped() {
        return meters.counter("dataprism.plugin.messages.dropped", "plugin", "listener")
                .count();
    }
}
