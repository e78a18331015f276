package io.dataprism.gateway.contract;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the operations of the published document ready to be checked. */
final class OperationReader {

    private static final String JSON = "application/json";

    private final Map<String, Object> document;
    private final SchemaCompiler compiler;

    OperationReader(Map<String, Object> document, SchemaCompiler compiler) {
        this.document = document;
        this.compiler = compiler;
    }

    /** By method and router's path, such as {@code GET /v1/tables/:name}. */
    Map<String, Operation> operations() {
        Map<String, Operation> operations = new HashMap<>();
        Tree.map(document.get("paths"), "paths")
                .forEach((path, item) -> Tree.map(item, path).forEach((method, operation) -> {
                    if (!method.equals("parameters")) {
                        String name = method.toUpperCase(Locale.ROOT) + " " + path;
                        operations.put(
                                name.replaceAll("\\{([A-Za-z]+)}", ":$1"), operation(name, Tree.map(operation, name)));
                    }
                }));
        return operations;
    }

    private Operation operation(String name, Map<String, Object> described) {
        Map<String, QueryParameter> parameters = new LinkedHashMap<>();
        for (Object each : Tree.list(described.getOrDefault("parameters", List.of()), name)) {
            Map<String, Object> parameter = References.resolved(document, Tree.map(each, name));
            if ("query".equals(parameter.get("in"))) {
                QueryParameter ready = parameter(parameter, name);
                parameters.put(ready.name(), ready);
            }
        }
        return new Operation(name, parameters, body(name, described));
    }

    private QueryParameter parameter(Map<String, Object> described, String operation) {
        String name = String.valueOf(described.get("name"));
        String place = operation + ", " + name;
        Map<String, Object> schema = References.resolved(document, Tree.map(described.get("schema"), place));
        ValueSchema ready = compiler.compile(schema, place);
        return new QueryParameter(
                name,
                Boolean.TRUE.equals(described.get("required")),
                ready instanceof ArraySchema,
                ready,
                schema.get("default"));
    }

    private @Nullable ObjectSchema body(String name, Map<String, Object> described) {
        Map<String, Object> body =
                References.resolved(document, Tree.map(described.getOrDefault("requestBody", Map.of()), name));
        Map<String, Object> content = Tree.map(body.getOrDefault("content", Map.of()), name);
        if (!content.containsKey(JSON)) {
            return null;
        }
        Object schema = Tree.map(content.get(JSON), name).get("schema");
        Map<String, Object> whole = References.resolved(document, Tree.map(schema, name));
        for (Object each : Tree.list(whole.getOrDefault("oneOf", List.of(whole)), name)) {
            if (isObject(Tree.map(each, name)) && compiler.compile(each, name) instanceof ObjectSchema ready) {
                return ready;
            }
        }
        throw new IllegalStateException(name + ": no body is an object.");
    }

    /** What is no object is data, and looked at by whoever loads it. */
    private boolean isObject(Map<String, Object> schema) {
        return "object".equals(References.resolved(document, schema).get("type"));
    }
}
