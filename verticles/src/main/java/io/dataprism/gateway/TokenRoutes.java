package io.dataprism.gateway;

import io.dataprism.audit.AuditService;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.contract.Parameters;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.function.Consumer;

/** {@code /v1/tokens}, for admins. */
final class TokenRoutes {

    private final ApiTokens tokens;
    private final WorkerExecutor changes;
    private final Access access;
    private final Bodies bodies;
    private final AuditService audit;
    private final Consumer<String> revoked;

    /** What a body asks for. */
    private record Wanted(Principal.User user, Duration lifetime) {}

    /**
     * @param changes where tokens are made and revoked, which blocks
     * @param revoked hears the credential of each token that is revoked
     */
    TokenRoutes(
            ApiTokens tokens,
            WorkerExecutor changes,
            Access access,
            Bodies bodies,
            AuditService audit,
            Consumer<String> revoked) {
        this.tokens = tokens;
        this.changes = changes;
        this.access = access;
        this.bodies = bodies;
        this.audit = audit;
        this.revoked = revoked;
    }

    void mount(Router router) {
        router.post("/v1/tokens").handler(access.anyOf(Role.ADMIN)).handler(this::create);
        router.route("/v1/tokens")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(access.anyOf(Role.ADMIN))
                .handler(this::list);
        router.delete("/v1/tokens/:id").handler(access.anyOf(Role.ADMIN)).handler(this::revoke);
    }

    private void create(RoutingContext context) {
        Caller caller = Caller.of(Access.user(context));
        bodies.object(context)
                .map(TokenRoutes::wanted)
                .compose(
                        wanted -> changes.executeBlocking(() -> tokens.create(wanted.user(), wanted.lifetime()), false))
                .onSuccess(created -> {
                    ApiToken token = created.token();
                    audit.record(
                            "token.created",
                            caller,
                            token.id(),
                            "ok",
                            new JsonObject().put("sub", token.user().sub()));
                    Answers.json(
                            context,
                            201,
                            new JsonObject()
                                    .put("id", token.id())
                                    .put("token", created.secret())
                                    .put("exp", token.expiresAt().toString()));
                })
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private static Wanted wanted(JsonObject json) {
        RequestDocument body = new RequestDocument("POST /v1/tokens", json);
        Principal.User user = Rights.read(body, body.text("sub"));
        body.check();
        return new Wanted(user, Duration.ofSeconds(json.getLong("ttlSeconds")));
    }

    private void list(RoutingContext context) {
        Parameters.of(context);
        JsonArray answer = new JsonArray();
        tokens.list().forEach(token -> answer.add(token.toJson()));
        Answers.json(context, 200, answer);
    }

    private void revoke(RoutingContext context) {
        Parameters.of(context);
        Caller caller = Caller.of(Access.user(context));
        String id = context.pathParam("id");
        changes.executeBlocking(() -> tokens.revoke(id), false)
                .onSuccess(token -> {
                    revoked.accept(token.credential());
                    audit.record(
                            "token.revoked",
                            caller,
                            id,
                            "ok",
                            new JsonObject().put("sub", token.user().sub()));
                    Answers.nothing(context);
                })
                .onFailure(failure -> Answers.problem(context, failure));
    }
}
