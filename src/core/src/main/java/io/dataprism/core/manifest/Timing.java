package io.dataprism.core.manifest;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.regex.Pattern;

/** When work of a schedule begins. Immutable. */
public sealed interface Timing {

    /** The first time after another. */
    Instant next(Instant after);

    /** As the manifest writes it. */
    String text();

    /** At a distance of the last run. */
    record Every(Duration distance, String text) implements Timing {

        @Override
        public Instant next(Instant after) {
            return after.plus(distance);
        }
    }

    /** Five cron fields (minute, hour, day of month, month, day of week), in UTC. */
    final class Cron implements Timing {

        private static final Pattern FIELDS = Pattern.compile("[0-9A-Za-z*,/-]+( [0-9A-Za-z*,/-]+){4}");
        private static final int CHARACTERS_LIMIT = 100;

        private final String text;
        private final ExecutionTime times;

        private Cron(String text, ExecutionTime times) {
            this.text = text;
            this.times = times;
        }

        /** Reads five fields; empty where they are none, or name no day that there ever is. */
        public static Optional<Cron> parse(String text) {
            if (text.length() > CHARACTERS_LIMIT || !FIELDS.matcher(text).matches()) {
                return Optional.empty();
            }
            try {
                // A parser of its own: those of the library are not said to be safe for threads.
                ExecutionTime times = ExecutionTime.forCron(
                        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(text));
                return times.nextExecution(ZonedDateTime.now(ZoneOffset.UTC)).map(some -> new Cron(text, times));
            } catch (RuntimeException notCron) {
                return Optional.empty();
            }
        }

        @Override
        public Instant next(Instant after) {
            return times.nextExecution(after.atZone(ZoneOffset.UTC))
                    .orElseThrow(() -> new IllegalStateException("The cron fields '" + text + "' name no day."))
                    .toInstant();
        }

        @Override
        public String text() {
            return text;
        }
    }
}
