package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of a request's query string: only known ones, each at most once. */
final class Parameters {

    private final String operation;
    private final JsonObject values = new JsonObject();

    /**
     * @throws DataPrismException {@code REQUEST_INVALID}, naming every parameter that is unknown or repeated
     */
    Parameters(RoutingContext context, String operation, String... known) {
        this.operation = operation;
        var violations = new java.util.ArrayList<DataPrismException.Violation>();
        List<String> legal = Arrays.asList(known);
        var given = context.queryParams();
        for (String name : given.names()) {
            if (!legal.contains(name)) {
                violations.add(violation(
                        name,
                        "is not known here; "
                                + (legal.isEmpty() ? "there are none" : "known are " + String.join(", ", legal)),
                        given.get(name)));
            } else if (given.getAll(name).size() > 1) {
                violations.add(violation(name, "is given more than once", given.get(name)));
            }
            values.put(name, given.get(name));
        }
        if (!violations.isEmpty()) {
            throw RequestDocument.invalid(operation, violations);
        }
    }

    private static DataPrismException.Violation violation(String name, String problem, @Nullable String value) {
        return new DataPrismException.Violation(
                "#/" + name, "The parameter '" + name + "' " + problem + ".", RequestDocument.shown(value));
    }

    @Nullable
    String text(String name) {
        return values.getString(name);
    }

    boolean flag(String name) {
        return "true".equals(oneOf(name, "false", "false", "true"));
    }

    /** The value, which must be one of those that are legal. */
    String oneOf(String name, String otherwise, String... legal) {
        String value = values.getString(name, otherwise);
        if (!Arrays.asList(legal).contains(value)) {
            throw RequestDocument.invalid(
                    operation, List.of(violation(name, "must be one of " + String.join(", ", legal), value)));
        }
        return value;
    }
}
