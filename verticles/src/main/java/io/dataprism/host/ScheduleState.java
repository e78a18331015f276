package io.dataprism.host;

import io.dataprism.core.manifest.ScheduleSpec;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One schedule: when it ran, when it runs next. Belongs to the verticle's context. */
final class ScheduleState {

    private static final String RUNNING = "running";

    private final ScheduleSpec spec;
    private @Nullable Instant lastRun;
    private @Nullable String lastOutcome;
    private @Nullable Instant nextRun;
    private boolean running;

    ScheduleState(ScheduleSpec spec) {
        this.spec = spec;
    }

    ScheduleSpec spec() {
        return spec;
    }

    String name() {
        return spec.name();
    }

    @Nullable
    Instant lastRun() {
        return lastRun;
    }

    /** Call when it is {@link #due} only. */
    Instant nextRun() {
        Instant next = nextRun;
        if (next == null) {
            throw new IllegalStateException("The schedule '" + name() + "' has not begun.");
        }
        return next;
    }

    /** Goes on where an earlier process ended; a run that it did not finish counts as interrupted. */
    void takeUp(@Nullable JsonObject known, Instant now) {
        if (known != null && known.getValue("lastRun") instanceof String last) {
            lastRun = Instant.parse(last);
            String outcome = known.getString("lastOutcome");
            lastOutcome = RUNNING.equals(outcome) ? "interrupted" : outcome;
        }
        if (lastRun == null && nextRun != null) {
            return; // it has waited since it first began, whoever was to run it
        }
        // A clock that was ahead when it last ran must not keep it from running until then.
        nextRun = spec.timing().next(lastRun == null || lastRun.isAfter(now) ? now : lastRun);
    }

    boolean due(Instant now) {
        return nextRun != null && !nextRun.isAfter(now);
    }

    /** Whether a run may begin; the time of the next one is set in any case. */
    boolean begin(Instant now) {
        nextRun = spec.timing().next(now);
        if (running) {
            return false;
        }
        running = true;
        lastRun = now;
        lastOutcome = RUNNING;
        return true;
    }

    void finish(String outcome) {
        running = false;
        lastOutcome = outcome;
    }

    /** What outlives the process. */
    JsonObject kept() {
        return new JsonObject()
                .put("lastRun", lastRun == null ? null : lastRun.toString())
                .put("lastOutcome", lastOutcome);
    }

    JsonObject shown() {
        return new JsonObject()
                .put("name", spec.name())
                .put("operation", spec.operation())
                .put(spec.timingMember(), spec.timing().text())
                .put("lastRun", lastRun == null ? null : lastRun.toString())
                .put("nextRun", nextRun == null ? null : nextRun.toString())
                .put("lastOutcome", lastOutcome);
    }
}
