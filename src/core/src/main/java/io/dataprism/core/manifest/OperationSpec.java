package io.dataprism.core.manifest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An operation, as the manifest declares it.
 *
 * @param params the JSON Schema of the parameters; empty: anything goes
 * @param result the JSON Schema of the result; empty: anything
 * @param mediaTypes what a rendering can be written as, the default first; empty for other kinds
 */
public record OperationSpec(
        String name,
        String description,
        Kind kind,
        Input input,
        Map<String, @Nullable Object> params,
        Map<String, @Nullable Object> result,
        List<String> mediaTypes,
        boolean idempotent) {

    /** What an operation answers. */
    public enum Kind {
        VALUE,
        DATASET,
        RENDERING
    }

    /** Whether an operation reads a dataset. */
    public enum Input {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    /** As the contract shows operations. */
    public Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("description", description);
        json.put("kind", Label.of(kind));
        json.put("input", Label.of(input));
        json.put("params", params);
        json.put("result", result);
        json.put("mediaTypes", mediaTypes);
        json.put("idempotent", idempotent);
        return json;
    }
}
