package io.dataprism.core.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class ProcessorBudgetTest {

    private static final int SAMPLE_MILLIS = 50;
    private static final int SAMPLES = 400;

    @Property(tries = 200)
    void whoAlwaysBurnsGetsItsShareWithinAFewSamples(
            @ForAll @DoubleRange(min = 0.05, max = 4) double share, @ForAll @IntRange(min = 1, max = 8) int threads) {
        ProcessorBudget budget = new ProcessorBudget(share, 0, 0);
        double usedMillis = 0;
        boolean runs = true;
        for (int sample = 1; sample <= SAMPLES; sample++) {
            usedMillis += runs ? SAMPLE_MILLIS * threads : 0;
            runs = budget.mayRun(TimeUnit.MILLISECONDS.toNanos((long) sample * SAMPLE_MILLIS), (long) usedMillis);
        }
        double elapsedMillis = (double) SAMPLES * SAMPLE_MILLIS;
        double mostMillis = elapsedMillis * share + 250 * share + SAMPLE_MILLIS * threads;
        assertThat(usedMillis).isLessThanOrEqualTo(mostMillis);
        assertThat(usedMillis)
                .isGreaterThanOrEqualTo(
                        Math.min(elapsedMillis * share, elapsedMillis * threads) - SAMPLE_MILLIS * (threads + share));
    }

    @Property(tries = 50)
    void whoIsIdleIsNeverStopped(@ForAll @DoubleRange(min = 0.01, max = 4) double share) {
        ProcessorBudget budget = new ProcessorBudget(share, 0, 7);
        for (int sample = 1; sample <= SAMPLES; sample++) {
            assertThat(budget.mayRun(TimeUnit.MILLISECONDS.toNanos((long) sample * SAMPLE_MILLIS), 7))
                    .isTrue();
        }
    }
}
