package io.dataprism.host;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.DataPrismException.Violation;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema (2020-12) of a plugin's, which is not trusted: it can be slow, so check on a worker. Values that it marks
 * {@code writeOnly} are never shown. Immutable.
 */
final class SchemaCheck {

    private final JsonObject schema;
    private final JsonObject checked;
    private final boolean simple;
    private final LinearPatterns patterns = new LinearPatterns();
    /** Made when it is first needed; has no state beyond that. */
    private volatile @Nullable Validator validator;

    SchemaCheck(Map<String, @Nullable Object> schema) {
        this.schema = new JsonObject(schema).copy();
        this.checked = LinearPatterns.rewritten(this.schema);
        this.simple = SimpleSchemas.isSimple(this.schema);
    }

    /** Whether a check looks at each part of a value a few times at most, so that it needs no thread of its own. */
    boolean simple() {
        return simple;
    }

    /** Whether anything goes. */
    boolean anything() {
        return schema.isEmpty();
    }

    /**
     * Checks a value. Blocks for a time that grows with the value.
     *
     * @param what is checked, for the message
     * @throws DataPrismException with that code and every problem
     */
    void check(JsonObject value, ErrorCode code, String what) {
        if (anything()) {
            return;
        }
        List<Violation> violations = violations(value, code, what);
        if (!violations.isEmpty()) {
            throw new DataPrismException(
                            code,
                            what + " do not match the schema of the manifest, first at "
                                    + violations.getFirst().pointer() + ": "
                                    + violations.getFirst().detail(),
                            "Correct what `errors` names; GET /v1/plugins/{name} shows the schema.")
                    .withViolations(violations);
        }
    }

    /** Checks what an operation has answered; blocks likewise. @throws DataPrismException {@code PLUGIN_FAILED} */
    void checkResult(@Nullable Object result, String plugin, String operation) {
        String what = "The result of " + operation;
        List<Violation> violations = violations(result, ErrorCode.PLUGIN_FAILED, what);
        if (!violations.isEmpty()) {
            throw new DataPrismException(
                            ErrorCode.PLUGIN_FAILED,
                            what + " that plugin " + plugin
                                    + " answered does not match the schema of its manifest, first"
                                    + " at " + violations.getFirst().pointer() + ": "
                                    + violations.getFirst().detail(),
                            "The plugin's author must answer what `result` in the manifest says, or correct it.")
                    .withViolations(violations);
        }
    }

    /** Whether a value is as it must be; blocks likewise. */
    boolean fits(@Nullable Object value, String what) {
        return anything() || violations(value, ErrorCode.PLUGIN_FAILED, what).isEmpty();
    }

    private List<Violation> violations(@Nullable Object value, ErrorCode code, String what) {
        OutputUnit output;
        try {
            output = validator().validate(value);
        } catch (RuntimeException unusable) {
            throw new DataPrismException(
                    code,
                    what + " cannot be checked: the schema in the manifest is not usable: " + unusable.getMessage(),
                    "The plugin's author must correct the schema.",
                    unusable);
        }
        return Boolean.TRUE.equals(output.getValid()) ? List.of() : violations(value, output);
    }

    private List<Violation> violations(@Nullable Object value, OutputUnit output) {
        List<Violation> violations = new ArrayList<>();
        Object visible = value instanceof JsonObject object ? shown(object) : withoutSecrets(value);
        List<OutputUnit> all = output.getErrors() == null ? List.of() : output.getErrors();
        for (OutputUnit error : SchemaErrors.precise(all)) {
            String pointer = error.getInstanceLocation();
            violations.add(new Violation(pointer, String.valueOf(error.getError()), at(visible, pointer)));
        }
        if (violations.isEmpty()) {
            violations.add(new Violation("#", "Does not match the schema.", null));
        }
        return violations;
    }

    private Validator validator() {
        Validator made = validator;
        if (made == null) {
            made = Validator.create(
                    JsonSchema.of(checked.copy()),
                    new JsonSchemaOptions()
                            .setBaseUri("app://dataprism/")
                            .setDraft(Draft.DRAFT202012)
                            .setOutputFormat(OutputFormat.Basic),
                    patterns);
            validator = made;
        }
        return made;
    }

    /** What is no object is shown whole, or not at all. */
    private @Nullable Object withoutSecrets(@Nullable Object value) {
        return schema.encode().contains("writeOnly") ? null : value;
    }

    /** A copy without the values that are never shown. */
    JsonObject shown(JsonObject value) {
        return SecretSettings.without(value, schema);
    }

    /** The scalar at a pointer; null for what is none, which may hold secrets. */
    private static @Nullable Object at(@Nullable Object value, String pointer) {
        Object here = value;
        for (String step : pointer.replaceFirst("^#?/?", "").split("/")) {
            if (here instanceof JsonObject object && object.containsKey(step)) {
                here = object.getValue(step);
            } else if (here instanceof JsonArray list
                    && step.matches("[0-9]{1,6}")
                    && Integer.parseInt(step) < list.size()) {
                here = list.getValue(Integer.parseInt(step));
            } else {
                return null;
            }
        }
        return here instanceof JsonObject || here instanceof JsonArray ? null : here;
    }
}
