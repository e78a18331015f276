package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.MessageBody;
import io.dataprism.core.confinement.PluginProcess.Extras;
import io.dataprism.core.confinement.PluginProcess.Reading;
import io.dataprism.core.confinement.PluginProcess.Run;
import io.dataprism.core.confinement.PluginProcess.ViewAction;
import io.dataprism.core.confinement.PluginProcess.ViewStep;
import io.dataprism.core.engine.TableName;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.manifest.OperationSpec;
import io.dataprism.plugin.ExportFormat;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of a message to a plugin's address, checked against the manifest.
 *
 * @param input where the input comes from
 * @param format what to write; null for other kinds than rendering
 * @param stream where a dataset goes; null for other kinds
 * @param options the caller's wishes, which the process checks; empty: none
 * @param run the schedule that begins this; null: somebody calls
 * @param view what is to be done with a kept view; null: none
 */
record CallRequest(
        OperationSpec operation,
        JsonObject params,
        Input input,
        @Nullable ExportFormat format,
        @Nullable JsonObject stream,
        JsonObject options,
        @Nullable Run run,
        @Nullable ViewStep view) {

    /** Where the input comes from. */
    sealed interface Input {

        /** There is none. */
        record None() implements Input {}

        /** A query, run with the caller's rights. */
        record Sql(String sql) implements Input {}

        /** The caller sends batches once it knows where to. */
        record Offered() implements Input {}
    }

    /** Reads a body; {@code OPERATION_NOT_FOUND}, {@code REQUEST_INVALID}, {@code NOT_ACCEPTABLE}. */
    static CallRequest of(Manifest manifest, JsonObject body) {
        return of(manifest, body, null);
    }

    /** The same, for a view that is kept. */
    static CallRequest of(Manifest manifest, JsonObject body, @Nullable ViewStep view) {
        MessageBody typed = new MessageBody(Addresses.plugin(manifest.name()), body);
        String name = typed.text("operation");
        OperationSpec operation = manifest.operation(name).orElseThrow(() -> HostProblems.noOperation(manifest, name));
        if (view != null && operation.kind() != OperationSpec.Kind.RENDERING) {
            throw HostProblems.request(
                    "Operation " + operation.name() + " cannot be called live: it is not of kind rendering.",
                    "Leave `live` out.");
        }
        boolean reads = view == null || view.action() == ViewAction.OPEN || view.action() == ViewAction.UPDATE;
        return new CallRequest(
                operation,
                typed.optionalObject("params"),
                reads ? input(operation, body.getValue("input")) : new Input.None(),
                operation.kind() == OperationSpec.Kind.RENDERING
                        ? format(operation, typed.optionalText("format"))
                        : null,
                operation.kind() == OperationSpec.Kind.DATASET ? stream(operation, body) : null,
                typed.optionalObject("options"),
                run(body.getJsonObject("run")),
                view);
    }

    /** The parameters as a plugin sees them. */
    Map<String, @Nullable Object> plainParams() {
        return plain(params);
    }

    /** Until the last byte: what the caller wishes, and never longer than the plugin's own. */
    Duration timeout(Duration most) {
        return operation.kind() == OperationSpec.Kind.DATASET
                        && options.getValue("timeoutMs") instanceof Integer millis
                        && millis > 0
                        && millis < most.toMillis()
                ? Duration.ofMillis(millis)
                : most;
    }

    /** What goes with the call. @param reading null: no read of a table */
    Extras extras(@Nullable Reading reading) {
        return new Extras(plain(options), run, reading, view);
    }

    /** Whether the caller has given params: not for runs of schedules, and not for views that are there already. */
    boolean hasParams() {
        return run == null && (view == null || view.action() == ViewAction.OPEN);
    }

    private static @Nullable Run run(@Nullable JsonObject run) {
        return run == null
                ? null
                : new Run(run.getString("schedule"), run.getInstant("due"), run.getInstant("lastRun"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> plain(JsonObject json) {
        return ChildDoor.plain(json) instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }

    private static Input input(OperationSpec operation, @Nullable Object input) {
        if (input == null) {
            if (operation.input() == OperationSpec.Input.REQUIRED) {
                throw HostProblems.request(
                        "Operation " + operation.name() + " needs an `input` and was given none.",
                        "Send {\"input\": {\"sql\": ...}}, {\"input\": {\"table\": ...}} or an Arrow stream.");
            }
            return new Input.None();
        }
        if (operation.input() == OperationSpec.Input.NONE) {
            throw HostProblems.request(
                    "Operation " + operation.name() + " takes no `input` and was given one.", "Leave `input` out.");
        }
        if (input instanceof JsonObject object && object.size() == 1) {
            if (object.getValue("sql") instanceof String sql) {
                return new Input.Sql(sql);
            }
            if (object.getValue("table") instanceof String table) {
                return table(table);
            }
            if (Boolean.TRUE.equals(object.getValue("offered"))) {
                return new Input.Offered();
            }
        }
        throw HostProblems.request(
                "The `input` of " + operation.name() + " must be {\"sql\": \"...\"} or {\"table\": \"...\"}; found "
                        + (input instanceof JsonObject object ? object.fieldNames() : "no object") + ".",
                "Send one of them.");
    }

    private static Input table(String table) {
        if (!TableName.isLegal(table)) {
            throw HostProblems.request(
                    "`input.table` must be the name of a table (" + TableName.RULE + "); found '"
                            + table.substring(0, Math.min(100, table.length())) + "'.",
                    "GET /v1/tables lists them.");
        }
        return new Input.Sql("SELECT * FROM \"" + table + "\"");
    }

    private static ExportFormat format(OperationSpec operation, @Nullable String format) {
        List<String> mediaTypes = operation.mediaTypes();
        String asked = format == null ? mediaTypes.getFirst() : mediaType(format);
        if (!mediaTypes.contains(asked)) {
            throw HostProblems.notAcceptable(operation.name(), asked, mediaTypes);
        }
        return ExportFormat.ofMediaType(asked)
                .orElseThrow(() -> HostProblems.notAcceptable(operation.name(), asked, mediaTypes));
    }

    private static String mediaType(String format) {
        for (ExportFormat each : ExportFormat.values()) {
            if (each.name().equals(format)) {
                return each.mediaType();
            }
        }
        return format;
    }

    private static JsonObject stream(OperationSpec operation, JsonObject body) {
        if (body.getValue("stream") instanceof JsonObject stream) {
            return stream;
        }
        throw HostProblems.request(
                "Operation " + operation.name() + " answers a dataset, and the request says nowhere to send it.",
                "Plugins can call operations of kind value; datasets are for clients.");
    }
}
