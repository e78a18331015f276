package io.dataprism.gateway;

import io.dataprism.gateway.Authenticator.Identity;
import io.dataprism.gateway.contract.Parameters;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.Callable;

/** {@code /v1/session}: a token in, a cookie out, for pages of this host. */
final class SessionRoutes {

    private final Sessions sessions;
    private final WorkerExecutor changes;

    /** @param changes where sessions begin and end that all nodes have, which blocks */
    SessionRoutes(Sessions sessions, WorkerExecutor changes) {
        this.sessions = sessions;
        this.changes = changes;
    }

    void mount(Router router) {
        router.post("/v1/session").handler(this::open);
        router.delete("/v1/session").handler(this::close);
    }

    private void open(RoutingContext context) {
        Parameters.of(context);
        if (context.request().getHeader(HttpHeaders.AUTHORIZATION) == null) {
            throw AdminToken.refusal("A session is opened with a token, and the request has none.");
        }
        Identity identity = context.get(Authenticator.IDENTITY);
        done(() -> sessions.open(identity))
                .onSuccess(opened -> {
                    setCookie(context, opened.id(), opened.lifetime());
                    Answers.nothing(context);
                })
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private void close(RoutingContext context) {
        Parameters.of(context);
        Cookie shown = context.request().getCookie(Sessions.COOKIE);
        done(() -> {
                    if (shown != null) {
                        sessions.close(shown.getValue());
                    }
                    return "";
                })
                .onSuccess(closed -> {
                    setCookie(context, closed, Duration.ZERO);
                    Answers.nothing(context);
                })
                .onFailure(failure -> Answers.problem(context, failure));
    }

    /** At once, or on a worker, where nodes have to agree. */
    private <T> Future<T> done(Callable<T> task) {
        if (sessions.isShared()) {
            return changes.executeBlocking(task, false);
        }
        try {
            return Future.succeededFuture(task.call());
        } catch (Exception failure) {
            return Future.failedFuture(failure);
        }
    }

    private static void setCookie(RoutingContext context, String value, Duration lifetime) {
        context.response()
                .putHeader(
                        HttpHeaders.SET_COOKIE,
                        Sessions.COOKIE + "=" + value + "; Path=/; Max-Age=" + lifetime.toSeconds()
                                + "; HttpOnly; SameSite=Strict"
                                + (context.request().isSSL() ? "; Secure" : ""));
    }
}
