package io.dataprism.load.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(1);

    @Test
    void itLooksUntilTheConditionIsMet() throws Exception {
        AtomicInteger looks = new AtomicInteger();

        assertThat(Await.atMost(LONG, SHORT, () -> looks.incrementAndGet() == 3))
                .isTrue();
        assertThat(looks).hasValue(3);
    }

    @Test
    void itGivesUpAtItsLimit() throws Exception {
        assertThat(Await.atMost(SHORT, SHORT, () -> false)).isFalse();
    }

    @Test
    void aLookThatFailsEndsTheWait() {
        assertThatThrownBy(() -> Await.atMost(LONG, SHORT, () -> {
                    throw new IOException("gone");
                }))
                .isInstanceOf(IOException.class)
                .hasRootCauseMessage("gone");
    }

    @Test
    void aSizeIsSettledOnceItWasFoundWhereItWasOftenEnough() {
        SettledBytes size = new SettledBytes(10, 2);

        assertThat(size.isStill(100)).isFalse();
        assertThat(size.isStill(105)).isFalse();
        assertThat(size.isStill(200)).isFalse();
        assertThat(size.isStill(200)).isFalse();
        assertThat(size.isStill(209)).isTrue();
    }
}
