package io.dataprism.core.manifest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the {@code schedules} of a manifest. */
final class ScheduleReader {

    private static final int SCHEDULES_LIMIT = 64;
    private static final Pattern ANYTHING = Pattern.compile("(?s).+");

    private ScheduleReader() {}

    static List<ScheduleSpec> read(
            ObjectReader manifest, List<OperationSpec> operations, Pattern name, String nameInWords) {
        List<ScheduleSpec> schedules = new ArrayList<>();
        manifest.objects("schedules", SCHEDULES_LIMIT, (each, at) -> {
            String own = each.required("name", name, nameInWords);
            String operation = each.required("operation", ANYTHING, "the name of an operation");
            checkOperation(each, operation, operations);
            timing(each).ifPresent(timing -> schedules.add(new ScheduleSpec(own, operation, timing)));
        });
        return List.copyOf(schedules);
    }

    private static void checkOperation(ObjectReader schedule, String operation, List<OperationSpec> operations) {
        List<String> names = operations.stream().map(OperationSpec::name).toList();
        if (!operation.isEmpty() && !names.contains(operation)) {
            schedule.problem("operation", "'operation' must be one of the manifest's operations: " + names + ".");
            return;
        }
        boolean unfit = operations.stream()
                .filter(each -> each.name().equals(operation))
                .anyMatch(each ->
                        each.kind() != OperationSpec.Kind.VALUE || each.input() == OperationSpec.Input.REQUIRED);
        if (unfit) {
            schedule.problem(
                    "operation", "'operation' of a schedule must be of kind value and must not require an input.");
        }
    }

    private static Optional<Timing> timing(ObjectReader schedule) {
        boolean cron = schedule.has("cron");
        boolean every = schedule.has("every");
        if (cron && every) {
            schedule.problem("cron", "A schedule has either 'every' or 'cron', not both.");
        } else if (cron) {
            Optional<Timing> fields = schedule.scalar("cron")
                    .flatMap(text -> Timing.Cron.parse(text).map(Timing.class::cast));
            if (fields.isEmpty()) {
                schedule.problem(
                        "cron",
                        "'cron' must be five fields (minute, hour, day of month, month, day of week, in UTC) that name a"
                                + " time that comes, such as '0 3 * * 1-5'.");
            }
            return fields;
        } else if (!every) {
            schedule.problem(
                    "every", "'every' is missing; it must be a duration such as 1h, or 'cron' must be there instead.");
        }
        Duration distance = ResourcesReader.duration(
                schedule, "every", Duration.ofHours(1), Duration.ofSeconds(1), Duration.ofDays(366), "1s to 366d");
        return Optional.of(new Timing.Every(distance, schedule.scalar("every").orElse("")));
    }
}
