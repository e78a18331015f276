package io.dataprism.plugins.scheduler;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task as it goes on. Any thread. */
final class Task {

    private final TaskSpec spec;
    private @Nullable Instant next;
    private @Nullable Instant due;
    private @Nullable Instant lastRun;
    private @Nullable String lastOutcome;
    private @Nullable String lastError;
    private long runs;
    private long failures;
    private long skipped;
    private boolean running;

    /**
     * @param lastRun when it last began; null where it never did
     * @param now when its plan begins where it never ran
     */
    Task(TaskSpec spec, @Nullable Instant lastRun, Instant now) {
        this.spec = spec;
        this.lastRun = lastRun;
        // A clock that was ahead when it last ran must not keep it from running until then.
        this.next = spec.plan()
                .after(lastRun == null || lastRun.isAfter(now) ? now : lastRun)
                .orElse(null);
    }

    TaskSpec spec() {
        return spec;
    }

    synchronized @Nullable Instant lastRun() {
        return lastRun;
    }

    /** Whether to run now. Where it is due and the last run is under way, it is skipped. Whoever gets true calls {@link #ended}. */
    synchronized boolean begin(Instant now) {
        if (next == null || now.isBefore(next)) {
            return false;
        }
        due = next;
        next = spec.plan().after(now).orElse(null);
        if (running) {
            skipped++;
            return false;
        }
        running = true;
        runs++;
        lastRun = now;
        return true;
    }

    /**
     * Leaves the run that was begun to another version of this plugin where that one began it, as it may while one takes over
     * from the other.
     *
     * @param kept when a run of this task began last, by whichever version
     * @return whether it is left, and has ended so
     */
    synchronized boolean leaveTo(Instant kept, Instant now) {
        if (due == null || kept.isBefore(due) || kept.isAfter(now)) {
            return false;
        }
        running = false;
        runs--;
        lastRun = kept;
        next = spec.plan().after(kept).orElse(null);
        return true;
    }

    /** @param error null where it succeeded */
    synchronized void ended(@Nullable String error) {
        running = false;
        lastOutcome = error == null ? "succeeded" : "failed";
        lastError = error;
        failures += error == null ? 0 : 1;
    }

    synchronized Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", spec.name());
        json.put("plugin", spec.plugin());
        json.put("operation", spec.operation());
        json.put("next", next == null ? null : next.toString());
        json.put("lastRun", lastRun == null ? null : lastRun.toString());
        json.put("lastOutcome", lastOutcome);
        json.put("lastError", lastError);
        json.put("runs", runs);
        json.put("failures", failures);
        json.put("skipped", skipped);
        json.put("running", running);
        return json;
    }
}
