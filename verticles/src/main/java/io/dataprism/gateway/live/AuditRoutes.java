package io.dataprism.gateway.live;

import io.dataprism.audit.ClusterAudit;
import io.dataprism.core.audit.AuditCursor;
import io.dataprism.core.audit.AuditFilter;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.contract.Parameters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** The audit logs of all nodes over HTTP, for operators: {@code GET /v1/audit} and {@code POST /v1/audit/verify}. */
public final class AuditRoutes {

    /** Which nodes' lines an answer does not have, since they could not be reached: their ids, separated by commas. */
    static final String NODES_MISSING = "Dataprism-Nodes-Missing";

    private static final int SHOWN_MISSING = 50;

    private final Vertx vertx;
    private final ClusterAudit audit;

    public AuditRoutes(Vertx vertx, ClusterAudit audit) {
        this.vertx = vertx;
        this.audit = audit;
    }

    /** Adds the routes. Authentication comes before them. */
    public void mount(Router router) {
        router.get("/v1/audit").handler(Requests.failing(this::query));
        router.post("/v1/audit/verify").handler(Requests.failing(this::verify));
    }

    private void query(RoutingContext context) {
        Principal.User user = Access.identity(context).user();
        Access.requireRole(user, "read the audit log", Role.OPERATOR);
        Parameters parameters = Parameters.of(context);
        AuditFilter filter = new AuditFilter(
                parameters.text("plugin"), parameters.text("action"), parameters.text("user"), user.plugins());
        AuditCursor after = AuditCursor.parse(parameters.text("after"));
        int limit = parameters.number("limit");
        here(audit.read(Caller.of(user), filter, after, limit))
                .onSuccess(lines -> {
                    List<String> missing = lines.missing();
                    if (!missing.isEmpty()) {
                        context.response().putHeader(NODES_MISSING, shown(missing));
                    }
                    EventRoutes.ndjson(context, lines.ndjson());
                })
                .onFailure(context::fail);
    }

    private static String shown(List<String> missing) {
        return missing.size() <= SHOWN_MISSING
                ? String.join(", ", missing)
                : String.join(", ", missing.subList(0, SHOWN_MISSING)) + ", and " + (missing.size() - SHOWN_MISSING)
                        + " more";
    }

    private void verify(RoutingContext context) {
        Principal.User user = Access.identity(context).user();
        Access.requireRole(user, "verify the audit log", Role.OPERATOR);
        Parameters.of(context);
        here(audit.verify(Caller.of(user)))
                .onSuccess(verdicts -> EventRoutes.json(context, 200)
                        .end(new JsonObject().put("nodes", verdicts).toBuffer()))
                .onFailure(context::fail);
    }

    /** The answer on the request's context. */
    private <T> Future<T> here(Future<T> answer) {
        Promise<T> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
        answer.onComplete(promise);
        return promise.future();
    }
}
