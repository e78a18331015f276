package io.dataprism.plugins.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** When a task runs. Immutable. */
sealed interface Plan {

    /** The first time after another; empty where there is none within eight years. */
    Optional<Instant> after(Instant time);

    /** At intervals. */
    record Every(Duration interval) implements Plan {

        @Override
        public Optional<Instant> after(Instant time) {
            return Optional.of(time.plus(interval));
        }
    }

    /** By cron. */
    record By(Cron cron, ZoneId zone) implements Plan {

        @Override
        public Optional<Instant> after(Instant time) {
            return cron.after(time.atZone(zone)).map(next -> next.toInstant());
        }
    }
}
