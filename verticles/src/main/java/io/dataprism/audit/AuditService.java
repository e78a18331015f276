package io.dataprism.audit;

import io.dataprism.core.permission.Caller;
import io.vertx.core.json.JsonObject;

/** Adds lines to the node's audit log. May be called on any thread, never blocks, never fails the caller. */
public interface AuditService {

    /**
     * Adds a line.
     *
     * @param action colon-free words joined by dots: {@code permission.refused}, {@code plugin.granted}, {@code query.run},
     *     {@code signin.failed} ...
     * @param caller who did it
     * @param target what it was done to: an address, a plugin, a table, a query id
     * @param outcome {@code ok}, {@code refused} or {@code failed}
     * @param details JSON scalars that explain it; never payloads, never secrets
     */
    void record(String action, Caller caller, String target, String outcome, JsonObject details);
}
