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

    private static final int DEPTH_LIMIT = 32;

    private final JsonObject schema;

    SchemaCheck(Map<String, @Nullable Object> schema) {
        this.schema = new JsonObject(schema).copy();
    }

    /** Whether anything goes. */
    boolean anything() {
        return schema.isEmpty();
    }

    /**
     * Checks a value. Blocks as long as the schema's patterns take.
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

    private List<Violation> violations(@Nullable Object value, ErrorCode code, String what) {
        OutputUnit output;
        try {
            output = Validator.create(
                            JsonSchema.of(schema.copy()),
                            new JsonSchemaOptions()
                                    .setBaseUri("app://dataprism/")
                                    .setDraft(Draft.DRAFT202012)
                                    .setOutputFormat(OutputFormat.Basic))
                    .validate(value);
        } catch (RuntimeException unusable) {
            throw new DataPrismException(
                    code,
                    what + " cannot be checked: the schema in the manifest is not usable: " + unusable.getMessage(),
                    "The plugin's author must correct the schema.",
                    unusable);
        }
        List<Violation> violations = new ArrayList<>();
        if (!Boolean.TRUE.equals(output.getValid())) {
            for (OutputUnit error : output.getErrors() == null ? List.<OutputUnit>of() : output.getErrors()) {
                String pointer = error.getInstanceLocation();
                violations.add(new Violation(
                        pointer, String.valueOf(error.getError()), writeOnly(pointer) ? null : at(value, pointer)));
            }
            if (violations.isEmpty()) {
                violations.add(new Violation("#", "Does not match the schema.", null));
            }
        }
        return violations;
    }

    /** A copy without the values that are never shown. */
    JsonObject shown(JsonObject value) {
        JsonObject copy = value.copy();
        hide(copy, schema, 0);
        return copy;
    }

    private void hide(JsonObject value, JsonObject here, int depth) {
        JsonObject properties = resolved(here).getJsonObject("properties");
        if (properties == null || depth > DEPTH_LIMIT) {
            return;
        }
        for (String name : properties.fieldNames()) {
            if (!(properties.getValue(name) instanceof JsonObject property)) {
                continue;
            }
            JsonObject target = resolved(property);
            if (Boolean.TRUE.equals(property.getValue("writeOnly"))
                    || Boolean.TRUE.equals(target.getValue("writeOnly"))) {
                value.remove(name);
            } else if (value.getValue(name) instanceof JsonObject nested) {
                hide(nested, target, depth + 1);
            } else if (value.getValue(name) instanceof JsonArray list
                    && target.getValue("items") instanceof JsonObject items) {
                list.stream()
                        .filter(JsonObject.class::isInstance)
                        .forEach(element -> hide((JsonObject) element, items, depth + 1));
            }
        }
    }

    /** Follows a {@code $ref} into {@code $defs} of the same schema, once. */
    private JsonObject resolved(JsonObject here) {
        if (here.getValue("$ref") instanceof String reference && reference.startsWith("#/$defs/")) {
            JsonObject definitions = schema.getJsonObject("$defs", new JsonObject());
            return definitions.getValue(reference.substring("#/$defs/".length())) instanceof JsonObject found
                    ? found
                    : here;
        }
        return here;
    }

    /** Whether a pointer leads to, or through, a value that is never shown. */
    private boolean writeOnly(String pointer) {
        JsonObject here = resolved(schema);
        for (String step : pointer.split("/")) {
            if (here.getValue("properties") instanceof JsonObject properties
                    && properties.getValue(step) instanceof JsonObject property) {
                here = resolved(property);
                if (Boolean.TRUE.equals(property.getValue("writeOnly"))
                        || Boolean.TRUE.equals(here.getValue("writeOnly"))) {
                    return true;
                }
            } else if (here.getValue("items") instanceof JsonObject items) {
                here = resolved(items);
            }
        }
        return false;
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
