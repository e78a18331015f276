package io.dataprism.service;

import io.dataprism.bus.CallerContext;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.PermissionTable;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.TableScope;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's request.
 *
 * @param caller the plugin, and on whose behalf
 * @param plugin the name of the plugin that speaks
 * @param scope the scopes of each link of the chain, the plugin's first; none where the address has no scope
 */
record ServiceRequest(String address, Caller caller, String plugin, JsonObject body, List<List<String>> scope) {

    /** Reads a message, within its handler; {@code REQUEST_INVALID} where it is no plugin's. */
    static ServiceRequest of(Message<?> message) {
        Caller caller = CallerContext.sender();
        if (caller == null || !(caller.principal() instanceof Principal.Plugin plugin)) {
            throw new DataPrismException(
                    ErrorCode.REQUEST_INVALID,
                    "Only plugins use " + message.address() + "; this came from "
                            + (caller == null ? "nobody" : caller.principal().uri()) + ".",
                    "Ask from a plugin.");
        }
        JsonObject body = message.body() instanceof JsonObject json ? json : new JsonObject();
        String header = message.headers().get(PermissionTable.SCOPE_HEADER);
        return new ServiceRequest(
                message.address(),
                caller,
                plugin.name(),
                body,
                header == null ? List.of() : TableScope.decode(header).links());
    }

    /** A text of the body that must be there. */
    String text(String name) {
        if (body.getValue(name) instanceof String text) {
            return text;
        }
        throw invalid(name, "must be a text");
    }

    /** A text of the body, or null. */
    @Nullable
    String optionalText(String name) {
        return body.getValue(name) == null ? null : text(name);
    }

    /** A whole number of the body. */
    int number(String name, int absent, int least, int most) {
        Object value = body.getValue(name);
        if (value == null) {
            return absent;
        }
        if (value instanceof Number number
                && number.doubleValue() == number.intValue()
                && number.intValue() >= least
                && number.intValue() <= most) {
            return number.intValue();
        }
        throw invalid(name, "must be a whole number from " + least + " to " + most);
    }

    /** An object of the body; empty where it is not there. */
    JsonObject object(String name) {
        return switch (body.getValue(name)) {
            case null -> new JsonObject();
            case JsonObject object -> object;
            default -> throw invalid(name, "must be an object");
        };
    }

    /** {@code REQUEST_INVALID} for a member of the body. */
    DataPrismException invalid(String name, String problem) {
        return new DataPrismException(
                ErrorCode.REQUEST_INVALID,
                "'" + name + "' of a request to " + address + " " + problem + ".",
                "See the typed services of the plugin API.");
    }
}
