package io.dataprism.core.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimingTest {

    @Property(tries = 200)
    void aCronTimeIsAfterAndFitsItsFields(
            @ForAll @IntRange(max = 59) int minute,
            @ForAll @IntRange(max = 23) int hour,
            @ForAll @LongRange(min = 0, max = 4_000_000_000L) long afterSeconds) {
        Instant after = Instant.ofEpochSecond(afterSeconds);

        Instant next =
                Timing.Cron.parse(minute + " " + hour + " * * *").orElseThrow().next(after);

        ZonedDateTime time = next.atZone(ZoneOffset.UTC);
        assertThat(next).isAfter(after).isBeforeOrEqualTo(after.plus(Duration.ofDays(1)));
        assertThat(time.getMinute()).isEqualTo(minute);
        assertThat(time.getHour()).isEqualTo(hour);
        assertThat(time.getSecond()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                */15 * * * *  | 2026-01-01T00:01:00Z | 2026-01-01T00:15:00Z
                0 3 * * 1-5   | 2026-01-02T03:00:00Z | 2026-01-05T03:00:00Z
                0 0 29 2 *    | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z
                30 12 1,15 * * | 2026-01-01T12:30:00Z | 2026-01-15T12:30:00Z
                5/20 * * * *  | 2026-01-01T00:15:00Z | 2026-01-01T00:25:00Z
                0 9-17/4 * * * | 2026-01-01T09:00:00Z | 2026-01-01T13:00:00Z
                0 0 13 * 5    | 2026-02-01T00:00:00Z | 2026-02-06T00:00:00Z
                0 9 * jan mon | 2026-02-01T00:00:00Z | 2027-01-04T09:00:00Z
                0 9 * * 7     | 2026-01-30T17:00:00Z | 2026-02-01T09:00:00Z
                0 9 * * SUN   | 2026-01-30T17:00:00Z | 2026-02-01T09:00:00Z
                0 0 31 * *    | 2026-03-31T00:00:00Z | 2026-05-31T00:00:00Z
                0 0 29 2 1    | 2026-03-01T00:00:00Z | 2027-02-01T00:00:00Z
                """)
    void cronFieldsMeanWhatTheyMeanEverywhere(String fields, Instant after, Instant next) {
        assertThat(Timing.Cron.parse(fields).orElseThrow().next(after)).isEqualTo(next);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * *",
                "61 * * * *",
                "0 0 30 2 *",
                "0 0 31 2,4,6 *",
                "0 24 * * *",
                "0 0 0 * *",
                "0 0 * 13 *",
                "0 0 * * 8",
                "5-1 * * * *",
                "*/0 * * * *",
                "1,,2 * * * *",
                "@daily",
                "a b c d e",
                "1;2 * * * *"
            })
    void whatNamesNoTimeIsNoCron(String fields) {
        assertThat(Timing.Cron.parse(fields)).isEmpty();
    }

    @Test
    void aDistanceIsCountedFromTheLastRun() {
        assertThat(new Timing.Every(Duration.ofHours(1), "1h").next(Instant.EPOCH))
                .isEqualTo(Instant.EPOCH.plusSeconds(3600));
    }
}
