package io.dataprism.bus;

import io.dataprism.audit.AuditService;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Decision;
import io.dataprism.core.permission.Permission;
import io.dataprism.core.permission.Principal;
import io.vertx.core.json.JsonObject;
import java.util.Map;
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
            record(
                    caller,
                    address,
                    caller.principal(),
                    denied.detail(),
                    denied.members().get(Permission.NEEDED));
        }
    }

    /** Takes note of a refusal. */
    public void note(Caller caller, Decision.Refused refused) {
        Permission needed = refused.needed();
        record(
                caller,
                refused.address(),
                refused.offender(),
                refused.missing(),
                needed == null ? null : needed.toMap());
    }

    private void record(Caller caller, String address, Principal offender, String missing, @Nullable Object needed) {
        JsonObject details = new JsonObject()
                .put("offender", offender.uri())
                .put("origin", caller.origin().uri())
                .put("missing", missing);
        if (needed instanceof Map<?, ?> permission) {
            JsonObject shown = new JsonObject();
            permission.forEach((member, value) -> shown.put(String.valueOf(member), value));
            details.put(Permission.NEEDED, shown);
        }
        audit.record("permission.refused", caller, address, "refused", details);
    }
}
