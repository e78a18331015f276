package io.dataprism.gateway.contract;

import io.dataprism.core.error.DataPrismException;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An operation of the API, as far as its requests are checked. Immutable; any thread. */
public final class Operation {

    private final String name;
    private final Map<String, QueryParameter> parameters;
    private final @Nullable ObjectSchema document;
    private final List<String> known;

    /** @param name such as {@code GET /v1/tables/{name}} */
    Operation(String name, Map<String, QueryParameter> parameters, @Nullable ObjectSchema document) {
        this.name = name;
        this.parameters = Map.copyOf(parameters);
        this.document = document;
        this.known = List.copyOf(parameters.keySet());
    }

    /**
     * The operation that a request is, once it has come to its route.
     *
     * @throws IllegalStateException where the contract does not have the route
     */
    public static Operation of(RoutingContext context) {
        Route route = context.currentRoute();
        return Contract.current().operation(context.request().method().name(), route == null ? "" : route.getPath());
    }

    /** The method and the path with its parameters in braces. */
    public String name() {
        return name;
    }

    /**
     * Checks the parameters of a query string.
     *
     * @throws DataPrismException {@code REQUEST_INVALID} with all that are unknown, repeated, missing or out of bounds
     */
    public void checkParameters(MultiMap given) {
        Problems problems = new Problems(name, "The parameter ");
        for (String each : given.names()) {
            if (!parameters.containsKey(each)) {
                problems.add(Place.ROOT.member(each), unknown(), given.get(each));
            }
        }
        for (String each : known) {
            QueryParameter parameter = parameters.get(each);
            if (parameter != null) {
                parameter.check(given.getAll(each), problems);
            }
        }
        problems.check();
    }

    private String unknown() {
        return "is not known here; " + (known.isEmpty() ? "there are none" : "known are " + String.join(", ", known));
    }

    /** What a parameter is where it is not given; null: the document names nothing. */
    public @Nullable Object usual(String parameter) {
        QueryParameter described = parameters.get(parameter);
        if (described == null) {
            throw new IllegalArgumentException(name + " has no parameter " + parameter);
        }
        return described.usual();
    }

    /**
     * Checks a body that is a JSON object.
     *
     * @throws DataPrismException {@code REQUEST_INVALID} with every problem
     */
    public void checkDocument(JsonObject body) {
        if (document == null) {
            throw new IllegalStateException(name + " takes no JSON object.");
        }
        Problems problems = new Problems(name);
        document.check(body, problems);
        problems.check();
    }
}
