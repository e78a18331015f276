package io.dataprism.gateway.contract;

import io.dataprism.core.error.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * An operation as it is published, made out of what is written: roles in words, a response for each status of the codes that it may
 * be refused with, and {@code head: as get} in full.
 */
final class OperationText {

    static final String ROLES = "x-dataprism-roles";
    static final String ERRORS = "x-dataprism-errors";

    private static final String AS_GET = "as get";
    private static final List<String> METHODS = List.of("get", "head", "put", "post", "delete");

    private OperationText() {}

    /** All paths, in full. */
    static Map<String, Object> paths(Map<String, Object> written) {
        Map<String, Object> paths = new LinkedHashMap<>();
        written.forEach((path, item) -> paths.put(path, item(path, Tree.map(item, path))));
        return paths;
    }

    private static Map<String, Object> item(String path, Map<String, Object> written) {
        Map<String, Object> item = new LinkedHashMap<>();
        written.forEach((key, value) -> {
            if (!METHODS.contains(key)) {
                item.put(key, value);
            } else if (AS_GET.equals(value)) {
                item.put(key, head(operation(Tree.map(written.get("get"), path))));
            } else {
                item.put(key, operation(Tree.map(value, path + " " + key)));
            }
        });
        return item;
    }

    private static Map<String, Object> operation(Map<String, Object> written) {
        Map<String, Object> operation = new LinkedHashMap<>(written);
        List<String> codes = Tree.texts(written.getOrDefault(ERRORS, List.of()), ERRORS);
        Map<String, Object> responses = new LinkedHashMap<>(Tree.map(written.get("responses"), "responses"));
        TreeSet<Integer> statuses = new TreeSet<>();
        codes.forEach(code -> statuses.add(ErrorCode.valueOf(code).status()));
        statuses.forEach(status ->
                responses.put(String.valueOf(status), Map.of("$ref", "#/components/responses/Problem" + status)));
        operation.put("responses", responses);
        if (written.containsKey(ROLES)) {
            String roles = String.join(" or ", Tree.texts(written.get(ROLES), ROLES));
            operation.put(
                    "description",
                    written.getOrDefault("description", "") + "\nNeeds the role " + roles + ", or admin.");
        }
        return operation;
    }

    private static Map<String, Object> head(Map<String, Object> get) {
        Map<String, Object> head = new LinkedHashMap<>(get);
        String id = String.valueOf(get.get("operationId"));
        head.put("operationId", "head" + Character.toUpperCase(id.charAt(0)) + id.substring(1));
        head.put("summary", get.get("summary") + " (the head alone)");
        Map<String, Object> responses = new LinkedHashMap<>();
        Tree.map(get.get("responses"), "responses").forEach((status, response) -> {
            Map<String, Object> bare = new LinkedHashMap<>(Tree.map(response, status));
            bare.remove("content");
            responses.put(status, bare);
        });
        head.put("responses", responses);
        return head;
    }
}
