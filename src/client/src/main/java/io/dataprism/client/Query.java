package io.dataprism.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query. Immutable: each method answers a copy.
 *
 * @param sql one statement that only reads
 * @param parameters scalars for its question marks: texts, numbers, booleans, null
 * @param timeout within which the last row must have been taken; null: the node's, 30 s
 * @param batchRows the most rows of a batch; null: the node's, 32,768
 * @param maxRows cuts like LIMIT; null: all
 */
public record Query(
        String sql,
        List<@Nullable Object> parameters,
        @Nullable Duration timeout,
        @Nullable Integer batchRows,
        @Nullable Long maxRows) {

    /** Checks and copies. */
    public Query {
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }

    /** A statement and its parameters. */
    public static Query of(String sql, @Nullable Object... parameters) {
        return new Query(sql, Arrays.asList(parameters), null, null, null);
    }

    /** With another time limit, 10 minutes at most. */
    public Query within(Duration newTimeout) {
        return new Query(sql, parameters, newTimeout, batchRows, maxRows);
    }

    /** With batches of at most so many rows. */
    public Query batchRows(int newBatchRows) {
        return new Query(sql, parameters, timeout, newBatchRows, maxRows);
    }

    /** With so many rows at most. */
    public Query maxRows(long newMaxRows) {
        return new Query(sql, parameters, timeout, batchRows, newMaxRows);
    }

    /** The members that HTTP and the WebSocket share. */
    ObjectNode members() {
        ObjectNode members = Answers.JSON.createObjectNode().put("sql", sql);
        if (!parameters.isEmpty()) {
            members.set("parameters", Answers.JSON.valueToTree(parameters));
        }
        if (timeout != null) {
            members.put("timeoutMs", timeout.toMillis());
        }
        if (batchRows != null) {
            members.put("batchRows", batchRows);
        }
        if (maxRows != null) {
            members.put("maxRows", maxRows);
        }
        return members;
    }
}
