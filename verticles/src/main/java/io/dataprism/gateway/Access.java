package io.dataprism.gateway;

import io.dataprism.audit.AuditService;
import io.dataprism.bus.CallerContext;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.core.permission.ScopePattern;
import io.dataprism.gateway.contract.ShownValue;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who a request speaks for, and what that user's roles and scopes let it do. */
final class Access {

    private static final String SCHEME = "bearer ";

    private final SignIns signIns;
    private final Sessions sessions;
    private final AuditService audit;

    Access(SignIns signIns, Sessions sessions, AuditService audit) {
        this.signIns = signIns;
        this.sessions = sessions;
        this.audit = audit;
    }

    /** Lets a request pass that shows a good token or a session's cookie, and makes its context act as the user. */
    void authenticate(RoutingContext context) {
        String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        Cookie cookie = header == null ? context.request().getCookie(Sessions.COOKIE) : null;
        Authenticator.Identity session = cookie == null ? null : sessions.find(cookie.getValue());
        if (session != null) {
            acceptSession(context, session);
            return;
        }
        if (header == null && context.request().path().equals("/v1/ws")) {
            context.next(); // a WebSocket may sign in with its first frame
            return;
        }
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            signIns.withoutToken(context.request().path(), context.request().remoteAddress());
            Answers.problem(
                    context,
                    AdminToken.refusal(
                            header == null
                                    ? "The request has no token."
                                    : "The Authorization header is not of the scheme Bearer."));
            return;
        }
        Future<Authenticator.Identity> identity = signIns.signIn(
                header.substring(SCHEME.length()).strip(),
                context.request().path(),
                context.request().remoteAddress());
        if (!identity.isComplete()) {
            context.request().pause(); // whoever reads the body, or answers without it, resumes
        }
        identity.onSuccess(known -> accept(context, known)).onFailure(failure -> Answers.problem(context, failure));
    }

    private static void accept(RoutingContext context, Authenticator.Identity identity) {
        context.put(Authenticator.IDENTITY, identity);
        CallerContext.actAs(Vertx.currentContext(), Caller.of(identity.user()));
        context.next();
    }

    /** Browsers send a cookie with whatever page asks, so what changes something must come from a page of ours. */
    private void acceptSession(RoutingContext context, Authenticator.Identity session) {
        HttpMethod method = context.request().method();
        if (method == HttpMethod.GET || method == HttpMethod.HEAD || OwnOrigin.of(context.request())) {
            accept(context, session);
            return;
        }
        context.put(Authenticator.IDENTITY, session);
        String origin = context.request().getHeader(HttpHeaders.ORIGIN);
        deny(
                context,
                new DataPrismException(
                        ErrorCode.PERMISSION_DENIED,
                        Bodies.operation(context) + " with a session's cookie needs an Origin that is this host; found "
                                + (origin == null ? "none." : "'" + ShownValue.of(origin) + "'."),
                        "Send it from a page of this host, or with Authorization: Bearer <token>."));
    }

    /** The user of an authenticated request. */
    static Principal.User user(RoutingContext context) {
        Authenticator.Identity identity = context.get(Authenticator.IDENTITY);
        if (identity == null) {
            throw AdminToken.refusal("The request has no token.");
        }
        return identity.user();
    }

    static boolean has(RoutingContext context, Role role) {
        return user(context).hasAny(role);
    }

    /** A handler that lets pass who has one of the roles, or is an admin. */
    Handler<RoutingContext> anyOf(Role... roles) {
        return context -> {
            if (user(context).hasAny(roles)) {
                context.next();
                return;
            }
            String needed = Arrays.stream(roles).map(Access::label).collect(Collectors.joining(" or "));
            String found =
                    user(context).roles().stream().map(Access::label).sorted().collect(Collectors.joining(", "));
            deny(
                    context,
                    new DataPrismException(
                            ErrorCode.PERMISSION_DENIED,
                            Bodies.operation(context) + " needs the role " + needed + "; '"
                                    + user(context).sub() + "' has " + (found.isEmpty() ? "none" : found) + ".",
                            "Use a token with the role " + needed + "."));
        };
    }

    /** A handler that checks the path's plugin against the patterns that narrow the user's plugins. */
    void pluginInScope(RoutingContext context) {
        checkScope(context, "plugin", "plugins", user(context).plugins());
    }

    /** The same for the path's table. */
    void tableInScope(RoutingContext context) {
        checkScope(context, "table", "tables", user(context).tables());
    }

    private void checkScope(RoutingContext context, String what, String member, @Nullable List<String> patterns) {
        String name = context.pathParam("name");
        if (inScope(patterns, name)) {
            context.next();
            return;
        }
        deny(
                context,
                new DataPrismException(
                        ErrorCode.PERMISSION_DENIED,
                        Bodies.operation(context) + ": the " + what + " '" + name + "' is outside the " + member
                                + " of '" + user(context).sub() + "': " + patterns + ".",
                        "Use a token whose " + member + " include it."));
    }

    static boolean inScope(@Nullable List<String> patterns, String name) {
        return patterns == null || patterns.stream().anyMatch(pattern -> ScopePattern.matches(pattern, name));
    }

    private void deny(RoutingContext context, DataPrismException refusal) {
        audit.record(
                "permission.refused",
                Caller.of(user(context)),
                Bodies.operation(context),
                "refused",
                new JsonObject().put("detail", refusal.detail()));
        Answers.problem(context, refusal);
    }

    private static String label(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    /** Calls a service for the node itself, where a role was checked and the bus would not let the user. */
    static <T> Future<T> asNode(Supplier<Future<T>> call) {
        return acting(null, call);
    }

    /** Calls a service for somebody, whatever the current context speaks for; null: the node. */
    static <T> Future<T> acting(@Nullable Caller caller, Supplier<Future<T>> call) {
        ContextInternal context = (ContextInternal) Vertx.currentContext();
        Promise<T> promise = context.promise();
        ContextInternal fresh = context.unwrap().duplicate();
        if (caller != null) {
            CallerContext.actAs(fresh, caller);
        }
        fresh.dispatch(v -> {
            try {
                call.get().onComplete(promise);
            } catch (RuntimeException failure) {
                promise.fail(failure);
            }
        });
        return promise.future();
    }
}
