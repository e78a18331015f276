package io.dataprism.bus;

import io.dataprism.audit.AuditService;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Notes refusals in the audit log: those of the interceptors, and those of who understands the body. Any thread; does not
 * block.
 */
public record Refusals(AuditService audit) {

    /**
     * Takes note of a failure where it is {@code PERMISSION_DENIED}; of any other it does nothing.
     *
     * @param address that was sent to
     */
    public void note(@Nullable Caller caller, String address, Throwable failure) {
        if (caller != null
                && failure instanceof DataPrismException denied
                && denied.code() == ErrorCode.PERMISSION_DENIED) {
            note(caller, address, caller.principal(), denied.detail());
        }
    }

    /**
     * Takes note of a refusal.
     *
     * @param address that was sent to
     * @param offender the link of the chain that lacks something
     * @param missing what it lacks
     */
    public void note(Caller caller, String address, Principal offender, String missing) {
        audit.record(
                "permission.refused",
                caller,
                address,
                "refused",
                new JsonObject()
                        .put("offender", offender.uri())
                        .put("origin", caller.origin().uri())
                        .put("missing", missing));
    }
}
