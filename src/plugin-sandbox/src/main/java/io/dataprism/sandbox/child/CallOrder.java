package io.dataprism.sandbox.child;

import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.ScheduledRun;
import io.dataprism.sandbox.frame.Json;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the host asks for: one operation.
 *
 * @param id of the call, made by the host
 * @param input whether batches follow
 * @param format what to write; null for other kinds than renderings
 * @param options the caller's wishes, not checked yet
 * @param run the schedule that begins this; null: somebody calls
 * @param checkpoint what the last read of the table had reached
 * @param view the view that is kept; null: none
 */
record CallOrder(
        String id,
        String operation,
        String kind,
        Map<String, @Nullable Object> params,
        boolean input,
        @Nullable ExportFormat format,
        Map<String, @Nullable Object> options,
        @Nullable ScheduledRun run,
        @Nullable Object checkpoint,
        @Nullable ViewOrder view) {

    static CallOrder parse(Map<String, @Nullable Object> call) {
        String operation = Json.text(call, "operation");
        return new CallOrder(
                Json.text(call, "id"),
                operation,
                Json.text(call, "kind"),
                Json.object(call.get("params")),
                Boolean.TRUE.equals(call.get("input")),
                call.get("format") instanceof String name ? ExportFormat.valueOf(name) : null,
                call.get("options") == null ? Map.of() : Json.object(call.get("options")),
                call.get("run") == null ? null : run(operation, Json.object(call.get("run"))),
                call.get("checkpoint"),
                call.get("view") == null ? null : ViewOrder.parse(Json.object(call.get("view"))));
    }

    private static ScheduledRun run(String operation, Map<String, @Nullable Object> run) {
        return new ScheduledRun(
                Json.text(run, "schedule"),
                operation,
                Instant.parse(Json.text(run, "due")),
                run.get("lastRun") instanceof String lastRun ? Instant.parse(lastRun) : null);
    }

    /**
     * What to do with a kept view.
     *
     * @param id made by the host
     * @param width for {@code RESIZE}; likewise {@code height}
     */
    record ViewOrder(String id, Action action, int width, int height) {

        enum Action {
            OPEN,
            UPDATE,
            RESIZE,
            CLOSE
        }

        static ViewOrder parse(Map<String, @Nullable Object> view) {
            return new ViewOrder(
                    Json.text(view, "id"),
                    Action.valueOf(Json.text(view, "action")),
                    Json.number(view, "width").intValue(),
                    Json.number(view, "height").intValue());
        }
    }
}
