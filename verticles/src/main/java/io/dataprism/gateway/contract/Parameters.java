package io.dataprism.gateway.contract;

import io.dataprism.core.error.DataPrismException;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of a request's query string, which are as the operation has them. On the request's event loop. */
public final class Parameters {

    private final Operation operation;
    private final MultiMap given;

    private Parameters(Operation operation, MultiMap given) {
        this.operation = operation;
        this.given = given;
    }

    /**
     * Those of a request that has come to its route.
     *
     * @throws DataPrismException {@code REQUEST_INVALID}, naming every one that is unknown, repeated, missing or out of bounds
     */
    public static Parameters of(RoutingContext context) {
        Operation operation = Operation.of(context);
        MultiMap given = context.queryParams();
        operation.checkParameters(given);
        return new Parameters(operation, given);
    }

    /** The value, or what the contract has in its place; null: neither. */
    public @Nullable String text(String name) {
        Object usual = operation.usual(name);
        String value = given.get(name);
        return value == null && usual != null ? usual.toString() : value;
    }

    /** The values of one that may be repeated. */
    public List<String> texts(String name) {
        return given.getAll(name);
    }

    /** Whether it is {@code true}. */
    public boolean flag(String name) {
        return "true".equals(text(name));
    }

    /** A whole number, which the contract has a default for. */
    public int number(String name) {
        String value = text(name);
        if (value == null) {
            throw new IllegalArgumentException(operation.name() + " has no default for " + name);
        }
        return Integer.parseInt(value);
    }
}
