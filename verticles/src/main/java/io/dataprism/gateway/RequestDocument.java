package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.gateway.contract.Problems;
import io.dataprism.gateway.contract.WholeText;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's document that fits its schema, read member by member, and checked for what a schema cannot say. Problems are gathered,
 * and {@link #check()} throws them all at once.
 */
final class RequestDocument {

    private final JsonObject document;
    private final Problems problems;

    RequestDocument(String operation, JsonObject document) {
        this.document = document;
        this.problems = new Problems(operation);
    }

    String text(String name) {
        return document.getString(name);
    }

    /** A whole number, or the default where there is none. */
    long integer(String name, long otherwise) {
        Long value = document.getLong(name);
        return value == null ? otherwise : value;
    }

    /** An array of scalars that the engine has types for; empty by default. */
    List<@Nullable Object> scalars(String name) {
        JsonArray array = document.getJsonArray(name);
        List<@Nullable Object> scalars = new ArrayList<>();
        for (int i = 0; array != null && i < array.size(); i++) {
            Object each = array.getValue(i);
            if (EngineNumbers.isBeyond(each)) {
                problem(name + "/" + i, "is a number that no type of the engine holds", String.valueOf(each));
            }
            scalars.add(each);
        }
        return scalars;
    }

    /** A free-form object, with whole characters only; null where it is absent. */
    @Nullable
    JsonObject object(String name) {
        JsonObject object = document.getJsonObject(name);
        String broken = WholeText.firstBroken(object, name);
        if (broken != null) {
            problem(broken, WholeText.PROBLEM, null);
        }
        return object;
    }

    /** Strings; null where they are absent. */
    @Nullable
    List<String> strings(String name) {
        JsonArray array = document.getJsonArray(name);
        return array == null ? null : array.stream().map(String::valueOf).toList();
    }

    /** Notes a problem of a member. */
    void problem(String name, String detail, @Nullable Object value) {
        problems.add(name, detail, value);
    }

    /**
     * Ends the reading.
     *
     * @throws DataPrismException {@code REQUEST_INVALID} with every problem
     */
    void check() {
        problems.check();
    }
}
