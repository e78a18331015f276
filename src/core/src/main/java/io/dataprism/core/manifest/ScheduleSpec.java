package io.dataprism.core.manifest;

/**
 * Work that the host begins by itself, as the manifest declares it.
 *
 * @param operation one of kind value that needs no input
 */
public record ScheduleSpec(String name, String operation, Timing timing) {

    /** The manifest's member that says when: {@code every} or {@code cron}. */
    public String timingMember() {
        return timing instanceof Timing.Cron ? "cron" : "every";
    }
}
