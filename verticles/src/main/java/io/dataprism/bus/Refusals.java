package io.dataprism.bus;

import io.dataprism.audit.AuditService;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Notes in the audit log what was refused where the body is understood, as the interceptors note what they refuse. Any
 * thread; does not block.
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
            audit.record(
                    "permission.refused",
                    caller,
                    address,
                    "refused",
                    new JsonObject()
                            .put("offender", caller.principal().uri())
                            .put("origin", caller.origin().uri())
                            .put("missing", denied.detail()));
        }
    }
}
