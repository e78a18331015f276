package io.dataprism.gateway.live;

import io.dataprism.audit.AuditVerticle;
import io.dataprism.core.audit.AuditQuery;
import io.dataprism.core.audit.AuditVerifier;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.contract.Parameters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The audit log over HTTP, for operators: {@code GET /v1/audit} and {@code POST /v1/audit/verify}. */
public final class AuditRoutes {

    private final Vertx vertx;
    private final AuditVerticle audit;

    /** {@code audit}: deployed before the first request. */
    public AuditRoutes(Vertx vertx, AuditVerticle audit) {
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
        AuditQuery query = new AuditQuery(
                parameters.text("plugin"),
                parameters.text("action"),
                parameters.text("user"),
                parameters.text("after"),
                parameters.number("limit"),
                user.plugins());
        here(audit.query(query))
                .onSuccess(lines -> {
                    Buffer answer = Buffer.buffer();
                    lines.forEach(line -> answer.appendString(line).appendString("\n"));
                    EventRoutes.ndjson(context, answer);
                })
                .onFailure(context::fail);
    }

    private void verify(RoutingContext context) {
        Access.requireRole(Access.identity(context).user(), "verify the audit log", Role.OPERATOR);
        Parameters.of(context);
        here(audit.verify())
                .onSuccess(verdict -> EventRoutes.json(context, 200)
                        .end(new JsonObject()
                                .put("nodes", new JsonArray().add(toJson(verdict)))
                                .toBuffer()))
                .onFailure(context::fail);
    }

    private static JsonObject toJson(AuditVerifier.Verdict verdict) {
        JsonObject json = new JsonObject()
                .put("node", verdict.node())
                .put("lines", verdict.lines())
                .put("ok", verdict.ok());
        return verdict.ok() ? json : json.put("firstBad", verdict.firstBad()).put("reason", verdict.reason());
    }

    /** The answer on the request's context. */
    private <T> Future<T> here(Future<T> answer) {
        Promise<T> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
        answer.onComplete(promise);
        return promise.future();
    }
}
