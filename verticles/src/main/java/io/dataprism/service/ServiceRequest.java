package io.dataprism.service;

import io.dataprism.bus.CallerContext;
import io.dataprism.bus.MessageBody;
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
        JsonObject body = MessageBody.of(message).json();
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
        return typed().text(name);
    }

    /** A text of the body, or null. */
    @Nullable
    String optionalText(String name) {
        return typed().optionalText(name);
    }

    /** A whole number of the body. */
    int number(String name, int absent, int least, int most) {
        Long number = typed().optionalNumber(name, least, most);
        return number == null ? absent : number.intValue();
    }

    /** An object of the body; empty where it is not there. */
    JsonObject object(String name) {
        return typed().optionalObject(name);
    }

    /** All of the body, by types. */
    MessageBody typed() {
        return new MessageBody(address, body);
    }

    /** {@code REQUEST_INVALID} for a member of the body. */
    DataPrismException invalid(String name, String problem) {
        return typed().invalid(name, problem);
    }
}
