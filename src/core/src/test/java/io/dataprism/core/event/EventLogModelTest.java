package io.dataprism.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * The log against a list, over random histories. A failure shows the history, made short, and its seed: put it into
 * {@code @Property(seed = "...")} to see it again.
 */
class EventLogModelTest {

    @Property(tries = 400)
    void aLogInMemoryIsAListThatForgetsAndSaysSo(@ForAll("histories") List<LogStep> history) throws Exception {
        run(false, history);
    }

    @Property(tries = 150)
    void aDurableLogIsTheSameListOverRestartsAndSaysWhatACutTookAway(@ForAll("histories") List<LogStep> history)
            throws Exception {
        run(true, history);
    }

    /** Found by the property above: an empty newest segment was taken for one that had never been begun. */
    @Example
    void anEpochThatLostItsOnlySegmentIsNotTakenForTheOneBefore() throws Exception {
        List<LogStep> history = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            history.add(new LogStep.Append(i, 400));
        }
        history.addAll(List.of(new LogStep.RestartCut(8), new LogStep.RestartCut(9999), new LogStep.RestartCut(0)));
        run(true, history);
    }

    private static void run(boolean durable, List<LogStep> history) throws Exception {
        try (LogUnderModel log = new LogUnderModel(durable)) {
            for (LogStep step : history) {
                log.follow(step);
                log.checkFigures();
            }
            log.checkEveryCursor();
            assertThat(log.cursorCount()).isPositive();
        }
    }

    @Provide
    Arbitrary<List<LogStep>> histories() {
        Arbitrary<Integer> small = Arbitraries.integers().between(0, 40);
        Arbitrary<Integer> any = Arbitraries.integers().between(0, 10_000);
        Arbitrary<LogStep> append = small.flatMap(
                topic -> Arbitraries.integers().between(1, 1500).map(bytes -> new LogStep.Append(topic % 11, bytes)));
        Arbitrary<LogStep> group = Arbitraries.integers().between(2, 12).map(LogStep.Group::new);
        Arbitrary<LogStep> read = any.flatMap(cursor -> small.map(page -> new LogStep.Read(cursor, 1 + page)));
        return Arbitraries.frequencyOf(
                        Tuple.of(12, append),
                        Tuple.of(4, group),
                        Tuple.of(6, read),
                        Tuple.of(1, Arbitraries.just(new LogStep.Clear())),
                        Tuple.of(2, Arbitraries.integers().between(1, 1000).map(LogStep.Wait::new)),
                        Tuple.of(2, Arbitraries.just(new LogStep.Restart())),
                        Tuple.of(1, Arbitraries.integers().between(1, 200).map(LogStep.RestartTorn::new)),
                        Tuple.of(1, any.map(LogStep.RestartCut::new)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(50);
    }
}
