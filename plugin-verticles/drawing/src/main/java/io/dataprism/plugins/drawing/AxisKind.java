package io.dataprism.plugins.drawing;

import io.dataprism.plugin.Cells;
import java.util.Optional;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** What the values along an axis are. Times are milliseconds since 1970 in UTC, or since midnight. */
public enum AxisKind {
    NUMBER("number"),
    DATE("time"),
    TIME("time"),
    TIME_OF_DAY("time");

    /** Numbers beyond it have no place on an axis. */
    public static final double LARGEST = 1e300;

    private static final double DAY = 86_400_000;

    private final String type;

    AxisKind(String type) {
        this.type = type;
    }

    /** Of a column's values; empty where they are neither numbers nor times. */
    public static Optional<AxisKind> of(FieldVector column) {
        return switch (column) {
            case DateDayVector days -> Optional.of(DATE);
            case DateMilliVector dates -> Optional.of(DATE);
            case TimeStampVector times -> Optional.of(TIME);
            case TimeSecVector times -> Optional.of(TIME_OF_DAY);
            case TimeMilliVector times -> Optional.of(TIME_OF_DAY);
            case TimeMicroVector times -> Optional.of(TIME_OF_DAY);
            case TimeNanoVector times -> Optional.of(TIME_OF_DAY);
            default -> Cells.isNumeric(column) ? Optional.of(NUMBER) : Optional.empty();
        };
    }

    /** In words, for {@link ChartData.Column}. */
    public String type() {
        return type;
    }

    /** One value of a column that has a kind; NaN for NULL and for what has no place on an axis, such as infinity. */
    public static double value(FieldVector column, int row) {
        if (column.isNull(row)) {
            return Double.NaN;
        }
        double value = switch (column) {
            case DateDayVector days -> Math.abs(days.get(row)) == Integer.MAX_VALUE ? Double.NaN : days.get(row) * DAY;
            case DateMilliVector dates -> dates.get(row);
            case TimeStampVector times -> timestamp(times, row);
            case TimeSecVector times -> times.get(row) * 1e3;
            case TimeMilliVector times -> times.get(row);
            case TimeMicroVector times -> times.get(row) / 1e3;
            case TimeNanoVector times -> times.get(row) / 1e6;
            default -> Cells.number(column, row);
        };
        double farthest = Cells.isNumeric(column) ? LARGEST : TimeScale.FARTHEST;
        return Math.abs(value) <= farthest ? value : Double.NaN;
    }

    /**
     * An axis for values.
     *
     * @param lowest of the values
     * @param highest of the values
     * @param room beyond them on both sides, as a part of their range
     * @param aboutTicks how many ticks there should be, at least 2
     */
    public Ruler ruler(double lowest, double highest, double room, int aboutTicks) {
        if (this == NUMBER) {
            return Span.of(lowest, highest, room, aboutTicks);
        }
        double alone = this == DATE && lowest == highest ? DAY : 0;
        double more = (highest - lowest) * room + alone;
        double days = Math.ceil((highest - lowest + 2 * more) / DAY);
        int most = this == DATE ? (int) Math.min(aboutTicks, days) : aboutTicks;
        return TimeScale.of(lowest - more, highest + more, most, this == TIME_OF_DAY);
    }

    /** A value as a number, or a time as a text that sorts. */
    public Object cell(double value) {
        return switch (this) {
            case NUMBER -> value;
            case DATE -> TimeScale.date(value);
            case TIME, TIME_OF_DAY -> TimeScale.iso(value, this == TIME_OF_DAY);
        };
    }

    /** A value for readers. */
    public String text(double value) {
        return this == NUMBER
                ? Scale.text(value)
                : TimeScale.iso(value, this == TIME_OF_DAY).replace('T', ' ');
    }

    private static double timestamp(TimeStampVector times, int row) {
        long value = times.get(row);
        if (value == Long.MAX_VALUE || value == -Long.MAX_VALUE) {
            return Double.NaN;
        }
        TimeUnit unit = ((ArrowType.Timestamp) times.getField().getType()).getUnit();
        return switch (unit) {
            case SECOND -> value * 1e3;
            case MILLISECOND -> value;
            case MICROSECOND -> value / 1e3;
            case NANOSECOND -> value / 1e6;
        };
    }
}
