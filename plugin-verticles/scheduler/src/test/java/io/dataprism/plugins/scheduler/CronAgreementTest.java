package io.dataprism.plugins.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.manifest.Timing;
import io.dataprism.plugin.PluginException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugin's cron and that of a manifest's schedules: the same texts are taken, and mean the same times. */
class CronAgreementTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 9 * * SAT-SUN",
                "0 9 * * SUN-MON",
                "0 9 * * mon-FRI/2",
                "0 9 * JAN-MAR *",
                "0 9 * NOV-FEB *",
                "0 9 * jan,3,Dec mon",
                "0 9 * JAN-12/2 1-FRI",
                "0 9 * january *",
                "0 9 * * Monday",
                "0 9 JAN * *",
                "JAN * * * *",
                "0 9 * MON *",
                "0 9 * * JAN",
                "0 9 * * MON/2",
                "0 9 * * SUN/2",
                "0 9 * * 7/2",
                "0 9 * * */7",
                "0 9 * * 1-5/7",
                "0 9 * * 1-5/6",
                "0 9 * * 6-7",
                "0 9 * * 6-0",
                "0 9 */2 * 1",
                "0 9 */1 * 0",
                "0 9 5 * */1",
                "0 9 1 * */2",
                "0 9 1 * *,1",
                "0 9 31 2 MON",
                "0 9 31 2 *",
                "001 09 01 01 *",
                "*/59 * * * *",
                "*/60 * * * *",
                "0 */24 * * *",
                "0 9 */32 * *",
                "0 9 L * *",
                "0 9 * * 5L",
                "0 9 ? * *",
                "*-5 * * * *",
                "5/ * * * *"
            })
    void theTextsOfATableAreTakenByBothOrByNeither(String text) {
        agree(text, Instant.parse("2026-01-31T10:00:00Z"));
    }

    @Property(tries = 200)
    void madeUpTextsAreTakenByBothOrByNeither(
            @ForAll("fields") String text, @ForAll @LongRange(min = 1_700_000_000L, max = 3_500_000_000L) long after) {
        agree(text, Instant.ofEpochSecond(after));
    }

    private static void agree(String text, Instant after) {
        Instant own = after;
        Optional<Timing.Cron> host = Timing.Cron.parse(text);
        assertThat(own(text, after).isPresent()).as(text).isEqualTo(host.isPresent());
        for (int time = 0; time < 5 && host.isPresent(); time++) {
            Instant next = own(text, own).orElseThrow();
            assertThat(next).as("%s after %s", text, own).isEqualTo(host.get().next(own));
            own = next;
        }
    }

    private static Optional<Instant> own(String text, Instant after) {
        try {
            return new Plan.By(Cron.parse(text), ZoneOffset.UTC).after(after);
        } catch (PluginException refused) {
            return Optional.empty();
        }
    }

    @Provide
    Arbitrary<String> fields() {
        return Combinators.combine(
                        field(0, 59, "x"),
                        field(0, 23, "y"),
                        field(1, 31, "JAN"),
                        field(1, 12, "JAN", "feb", "Jun", "DEC", "MON"),
                        field(0, 7, "MON", "tue", "Sat", "SUN", "JAN"))
                .as((minute, hour, day, month, weekday) -> String.join(" ", minute, hour, day, month, weekday));
    }

    /** Numbers one beyond either end, and names, among them some of another field. */
    private static Arbitrary<String> field(int least, int most, String... names) {
        Arbitrary<String> value = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.integers().between(least, most).map(String::valueOf)),
                Tuple.of(1, Arbitraries.of(String.valueOf(most + 1), String.valueOf(least))),
                Tuple.of(names.length == 1 ? 0 : 4, Arbitraries.of(names)));
        Arbitrary<String> range = Combinators.combine(value, value).as((from, to) -> from + "-" + to);
        Arbitrary<String> step = Arbitraries.integers().between(1, most).map(each -> "/" + each);
        Arbitrary<String> plain =
                Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just("*")), Tuple.of(3, value), Tuple.of(2, range));
        Arbitrary<String> part =
                Combinators.combine(plain, step.injectNull(0.7)).as((what, each) -> each == null ? what : what + each);
        return part.list().ofMinSize(1).ofMaxSize(2).map(parts -> String.join(",", parts));
    }
}
