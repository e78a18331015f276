package io.dataprism.plugins.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeScaleTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2001-01-01T00:00 | 2001-07-01T00:00 | 6 | Jan/2001, Feb, Mar, Apr, May, Jun, Jul",
                "2000-11-15T00:00 | 2001-02-10T00:00 | 4 | Dec/2000, Jan/2001, Feb",
                "2001-01-30T10:00 | 2001-02-02T10:00 | 4 | Jan 31/2001, Feb 1, Feb 2",
                "2001-01-01T00:00 | 2001-02-10T00:00 | 6 | Jan 1/2001, Jan 8, Jan 15, Jan 22, Jan 29, Feb 5",
                "2001-03-03T21:10 | 2001-03-04T08:43 | 6 | 22:00/2001-03-03, 00:00/2001-03-04, 02:00, 04:00, 06:00, 08:00",
                "2001-03-03T23:59:58 | 2001-03-04T00:00:01 | 4 | 23:59:58/2001-03-03, 23:59:59, 00:00:00/2001-03-04, 00:00:01",
                "2001-03-03T10:00:00 | 2001-03-03T10:00:00.001 | 5 | 10:00:00.000000/2001-03-03, 10:00:00.000200, 10:00:00.000400,"
                        + " 10:00:00.000600, 10:00:00.000800, 10:00:00.001000",
                "2001-03-03T10:00:00 | 2001-03-03T10:00:00.4 | 4 | 10:00:00.000/2001-03-03, 10:00:00.100, 10:00:00.200,"
                        + " 10:00:00.300, 10:00:00.400",
                "1500-06-15T00:00 | 1995-06-15T00:00 | 5 | 1600, 1700, 1800, 1900",
                "1999-06-15T00:00 | 2004-06-15T00:00 | 6 | 2000, 2001, 2002, 2003, 2004",
                "2001-01-31T00:00 | 2001-01-31T00:00 | 2 | Jan 30/2001, Jan 31, Feb 1",
                "2001-01-31T10:30 | 2001-01-31T10:30 | 2 | 10:29/2001-01-31, 10:30, 10:31"
            })
    void ticksAreWhereCalendarsAndClocksHaveThem(LocalDateTime from, LocalDateTime to, int about, String expected) {
        assertThat(texts(TimeScale.of(millis(from), millis(to), about, false))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0 | 86400000 | 5 | 00:00, 06:00, 12:00, 18:00, 00:00", "5e6 | 5e6 | 2 | 01:23, 01:24"})
    void timesOfADayHaveNoDate(double from, double to, int about, String expected) {
        assertThat(texts(TimeScale.of(from, to, about, true))).isEqualTo(expected);
    }

    @Property
    void ticksAreFewInOrderAndOnTheAxis(
            @ForAll @DoubleRange(min = -9.2e15, max = 9.2e15) double one,
            @ForAll @DoubleRange(min = -9.2e15, max = 9.2e15) double other,
            @ForAll @IntRange(min = 0, max = 40) int closer,
            @ForAll @IntRange(min = 2, max = 12) int about) {
        double low = Math.min(one, other);
        double high = low + Math.scalb(Math.abs(other - one), -closer);
        List<Tick> ticks = TimeScale.of(low, high, about, false).ticks();
        assertThat(ticks)
                .hasSizeLessThanOrEqualTo(about + 1)
                .allSatisfy(tick -> assertThat(tick.part()).isBetween(0.0, 1.0));
        assertThat(ticks.stream().map(Tick::part)).isSorted();
        assertThat(ticks.stream().map(tick -> tick.part()).distinct()).hasSameSizeAs(ticks);
    }

    private static String texts(TimeScale scale) {
        return scale.ticks().stream()
                .map(tick -> tick.context().isEmpty() ? tick.text() : tick.text() + "/" + tick.context())
                .collect(Collectors.joining(", "));
    }

    private static double millis(LocalDateTime time) {
        return time.toEpochSecond(ZoneOffset.UTC) * 1e3 + time.getNano() / 1e6;
    }
}
