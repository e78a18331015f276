package io.dataprism.node;

import io.dataprism.audit.AuditService;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.cluster.Sharing;
import io.dataprism.gateway.AdminToken;
import io.dataprism.gateway.AdminTokens;
import io.dataprism.gateway.ApiTokens;
import io.dataprism.gateway.Authenticator;
import io.dataprism.gateway.Sessions;
import io.dataprism.gateway.SignIns;
import io.dataprism.gateway.jwt.JwtAuthenticator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is taken at a node's door: the holders of admin tokens, API tokens and sessions, those of all nodes where there are others, and behind the
 * configured keys JWTs. Made by the thread that starts the node, which may block.
 *
 * @param tokens the API tokens, behind which all others are asked
 */
record NodeCredentials(ApiTokens tokens, Sessions sessions, SignIns signIns) {

    private static final long SUM_UP_MILLIS = 10_000;
    private static final long OFFER_MILLIS = 5_000;

    /** What they are made with. @param endOfCredential ends what a credential has opened */
    record Parts(
            Vertx vertx,
            String nodeId,
            Path dataDirectory,
            AccessSettings access,
            Sharing sharing,
            AuditService audit,
            Consumer<String> endOfCredential,
            StartSteps steps,
            BiConsumer<String, Node.Action> onStop) {}

    static NodeCredentials open(Parts parts) throws Exception {
        AdminToken admin = AdminToken.openOrCreate(parts.dataDirectory());
        Sessions sessions = new Sessions(InstantSource.system(), parts.endOfCredential());
        Authenticator admins = admins(parts, admin);
        JwtAuthenticator jwt = jwt(parts, admins, sessions);
        ApiTokens tokens = tokens(parts, jwt == null ? admins : jwt, sessions);
        keep(parts, sessions, admin, tokens, jwt);
        return new NodeCredentials(tokens, sessions, signIns(parts, tokens));
    }

    private static Authenticator admins(Parts parts, AdminToken own) {
        SharedMap map = parts.sharing().map("admins");
        if (map == null) {
            return own;
        }
        AdminTokens all = new AdminTokens(own, parts.nodeId(), map);
        all.offer();
        long timer = parts.vertx()
                .setPeriodic(
                        OFFER_MILLIS,
                        tick -> parts.vertx().executeBlocking(() -> {
                            all.offer();
                            return true;
                        }));
        parts.onStop().accept("admin tokens", () -> parts.vertx().cancelTimer(timer));
        return all;
    }

    private static @Nullable JwtAuthenticator jwt(Parts parts, Authenticator next, Sessions sessions) throws Exception {
        if (parts.access().jwt() == null) {
            return null;
        }
        Future<JwtAuthenticator> opened =
                JwtAuthenticator.open(parts.vertx(), parts.access().jwt(), InstantSource.system(), next);
        parts.onStop().accept("keys for tokens", () -> {
            Future<?> closed = opened.compose(JwtAuthenticator::close);
            if (opened.isComplete()) { // else whenever it comes: an address that does not answer is not waited for
                closed.otherwiseEmpty().await(StartSteps.LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        });
        JwtAuthenticator jwt = parts.steps().await(opened);
        jwt.onKeyGone(credential -> {
            sessions.closeOf(credential);
            parts.endOfCredential().accept(credential);
        });
        return jwt;
    }

    private static ApiTokens tokens(Parts parts, Authenticator next, Sessions sessions) throws IOException {
        SharedMap map = parts.sharing().map("tokens");
        return map == null
                ? ApiTokens.open(parts.dataDirectory(), InstantSource.system(), next)
                : ApiTokens.open(parts.dataDirectory(), InstantSource.system(), next, map, credential -> {
                    sessions.closeOf(credential);
                    parts.endOfCredential().accept(credential);
                });
    }

    private static void keep(
            Parts parts, Sessions sessions, AdminToken admin, ApiTokens tokens, @Nullable JwtAuthenticator jwt) {
        SharedMap map = parts.sharing().map("sessions");
        if (map != null) {
            sessions.share(
                    map,
                    credential -> credential.startsWith("token:")
                            ? tokens.isKnown(credential)
                            : jwt != null && jwt.knows(credential));
            return;
        }
        sessions.keep(
                parts.dataDirectory(),
                admin,
                tokens::isKnown,
                task -> parts.vertx().executeBlocking(() -> {
                    task.run();
                    return true;
                }));
    }

    private static SignIns signIns(Parts parts, Authenticator authenticator) {
        SignIns signIns = new SignIns(
                authenticator,
                parts.audit(),
                InstantSource.system(),
                parts.access().failedSignInsPerMinute());
        long timer = parts.vertx().setPeriodic(SUM_UP_MILLIS, tick -> signIns.sumUp());
        parts.onStop().accept("sign-ins", () -> {
            parts.vertx().cancelTimer(timer);
            signIns.close();
        });
        return signIns;
    }
}
