package io.dataprism.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofSeconds(30);

    @Property
    void noWaitIsLongerThanItsBoundAndTheBoundNeverPassesTheMost(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int attempts) {
        Backoff backoff = new Backoff(FIRST, MOST, new Random(seed));
        double boundMillis = FIRST.toMillis();
        for (int attempt = 0; attempt < attempts; attempt++) {
            assertThat(backoff.next(null).toMillis()).isBetween(0L, (long) Math.min(MOST.toMillis(), boundMillis));
            boundMillis *= 2;
        }
        backoff.reset();
        assertThat(backoff.next(null)).isBetween(Duration.ZERO, FIRST);
    }

    @Property
    void whatANodeAsksForIsGivenToItWithinReason(
            @ForAll long seed, @ForAll @IntRange(max = 2_000_000) int askedMillis) {
        Duration asked = Duration.ofMillis(askedMillis);
        Duration wait = new Backoff(FIRST, MOST, new Random(seed)).next(asked);

        assertThat(wait)
                .isBetween(
                        min(asked, Backoff.ASKED_LIMIT),
                        min(asked, Backoff.ASKED_LIMIT).plus(FIRST));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The clients of a node that comes back do not come together. */
    @Test
    void waitsAreSpreadOverTheWholeBound() {
        Backoff backoff = new Backoff(MOST, MOST, new Random(7));
        long[] quarters = new long[4];
        for (int client = 0; client < 4000; client++) {
            quarters[(int) Math.min(3, backoff.next(null).toMillis() * 4 / MOST.toMillis())]++;
        }
        assertThat(LongStream.of(quarters).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(850L, 1150L));
    }
}
