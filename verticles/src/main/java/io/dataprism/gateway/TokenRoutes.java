package io.dataprism.gateway;

import io.dataprism.audit.AuditService;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /v1/tokens}, for admins. */
final class TokenRoutes {

    private static final Pattern SUB = Pattern.compile("[!-~&&[^/\"\\\\]]{1,128}");
    private static final long SECONDS_MAX = Duration.ofDays(3_650).toSeconds();
    private static final int PATTERNS_MAX = 128;
    private static final int PATTERN_LENGTH_MAX = 256;
    private static final String ROLES =
            Arrays.stream(Role.values()).map(ApiToken::label).collect(Collectors.joining(", "));

    private final ApiTokens tokens;
    private final Access access;
    private final Bodies bodies;
    private final AuditService audit;
    private final Consumer<String> revoked;

    /** What a body asks for. */
    private record Wanted(Principal.User user, Duration lifetime) {}

    /** @param revoked hears the credential of each token that is revoked */
    TokenRoutes(ApiTokens tokens, Access access, Bodies bodies, AuditService audit, Consumer<String> revoked) {
        this.tokens = tokens;
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
        new Parameters(context, "POST /v1/tokens");
        Caller caller = Caller.of(Access.user(context));
        bodies.object(context)
                .map(TokenRoutes::wanted)
                .compose(wanted ->
                        context.vertx().executeBlocking(() -> tokens.create(wanted.user(), wanted.lifetime()), false))
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
        String sub = body.requiredString("sub");
        if (!sub.isEmpty() && !SUB.matcher(sub).matches()) {
            body.problem("sub", "must be 1 to 128 printable ASCII characters without space, /, \" and \\", sub);
        }
        Set<Role> roles = roles(body);
        List<String> topics = patterns(body, "topics");
        List<String> tables = patterns(body, "tables");
        List<String> plugins = patterns(body, "plugins");
        checkTopics(body, topics);
        if (!body.has("ttlSeconds")) {
            body.problem("ttlSeconds", "is missing: a whole number from 1 to " + SECONDS_MAX + " is needed", null);
        }
        long seconds = body.integer("ttlSeconds", 1, SECONDS_MAX, 1);
        body.check();
        return new Wanted(new Principal.User(sub, roles, topics, tables, plugins), Duration.ofSeconds(seconds));
    }

    private static Set<Role> roles(RequestDocument body) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        List<String> names = body.strings("roles");
        if (names == null || names.isEmpty()) {
            if (names != null || !body.has("roles")) {
                body.problem("roles", "must name at least one of " + ROLES, null);
            }
            return roles;
        }
        for (int i = 0; i < names.size(); i++) {
            try {
                String name = names.get(i);
                if (!name.equals(name.toLowerCase(Locale.ROOT))) {
                    throw new IllegalArgumentException(name);
                }
                roles.add(Role.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException unknown) {
                body.problem("roles/" + i, "must be one of " + ROLES, names.get(i));
            }
        }
        return roles;
    }

    private static @Nullable List<String> patterns(RequestDocument body, String member) {
        List<String> patterns = body.strings(member);
        if (patterns == null) {
            return null;
        }
        if (patterns.size() > PATTERNS_MAX) {
            body.problem(member, "may have " + PATTERNS_MAX + " patterns at most", patterns.size());
        }
        for (int i = 0; i < patterns.size(); i++) {
            String pattern = patterns.get(i);
            if (pattern.isEmpty() || pattern.length() > PATTERN_LENGTH_MAX) {
                body.problem(member + "/" + i, "must have 1 to " + PATTERN_LENGTH_MAX + " characters", pattern);
            }
        }
        return patterns;
    }

    private static void checkTopics(RequestDocument body, @Nullable List<String> topics) {
        for (int i = 0; topics != null && i < topics.size(); i++) {
            try {
                TopicPattern.parse(topics.get(i));
            } catch (DataPrismException notAPattern) {
                body.problem("topics/" + i, "is no topic pattern: " + notAPattern.detail(), topics.get(i));
            }
        }
    }

    private void list(RoutingContext context) {
        new Parameters(context, "GET /v1/tokens");
        JsonArray answer = new JsonArray();
        tokens.list().forEach(token -> answer.add(token.toJson()));
        Answers.json(context, 200, answer);
    }

    private void revoke(RoutingContext context) {
        new Parameters(context, "DELETE /v1/tokens/{id}");
        Caller caller = Caller.of(Access.user(context));
        String id = context.pathParam("id");
        context.vertx()
                .executeBlocking(() -> tokens.revoke(id), false)
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
