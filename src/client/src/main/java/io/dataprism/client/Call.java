package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A call of a plugin's operation. Immutable: each method answers a copy.
 *
 * @param plugin its name
 * @param operation of those that its manifest lists
 * @param params a JSON object
 * @param input {@code {"sql": ...}} or {@code {"table": ...}}, read with the caller's rights; null: none
 */
public record Call(
        String plugin,
        String operation,
        JsonNode params,
        @Nullable JsonNode input) {

    /** Without parameters and input. */
    public static Call of(String plugin, String operation) {
        return new Call(plugin, operation, Answers.JSON.createObjectNode(), null);
    }

    /** With parameters, a JSON object. */
    public Call params(JsonNode newParams) {
        return new Call(plugin, operation, newParams, input);
    }

    /** With the rows of a query as input. */
    public Call inputSql(String sql) {
        return new Call(
                plugin, operation, params, Answers.JSON.createObjectNode().put("sql", sql));
    }

    /** With a table as input. */
    public Call inputTable(String table) {
        return new Call(
                plugin, operation, params, Answers.JSON.createObjectNode().put("table", table));
    }

    /** The members that HTTP and the WebSocket share. */
    ObjectNode members() {
        ObjectNode members = Answers.JSON.createObjectNode();
        members.set("params", params);
        if (input != null) {
            members.set("input", input);
        }
        return members;
    }
}
