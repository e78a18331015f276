package io.dataprism.gateway.live;

import io.dataprism.bus.CallerContext;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.Authenticator;
import io.dataprism.gateway.Authenticator.Identity;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who may do what here, and how calls speak for them. */
final class Access {

    private Access() {}

    /** The identity that the gateway found; fails with {@code UNAUTHENTICATED}. */
    static Identity identity(RoutingContext context) {
        Identity identity = context.get(Authenticator.IDENTITY);
        if (identity == null) {
            throw unauthenticated("This request carries no valid token.");
        }
        return identity;
    }

    static DataPrismException unauthenticated(String detail) {
        return new DataPrismException(
                ErrorCode.UNAUTHENTICATED,
                detail,
                "Send Authorization: Bearer <token>, or on a WebSocket {\"op\":\"auth\",\"token\":...} first.");
    }

    /** Fails with {@code PERMISSION_DENIED} where the user has none of the roles and is no admin. */
    static void requireRole(Principal.User user, String operation, Role... roles) {
        if (!user.hasAny(roles)) {
            String needed = roles.length == 0 ? "admin" : names(roles) + " or admin";
            throw new DataPrismException(
                    ErrorCode.PERMISSION_DENIED,
                    "The user '" + user.sub() + "' may not " + operation + ": it needs the role " + needed + ".",
                    "Use a token with that role.");
        }
    }

    private static String names(Role... roles) {
        return String.join(
                ", ",
                Arrays.stream(roles)
                        .map(role -> role.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    /** Reads the patterns that a user wants to follow; one that is wider than the user's own is refused, never filtered. */
    static List<TopicPattern> topics(Principal.User user, List<String> texts) {
        List<TopicPattern> patterns = texts.stream().map(TopicPattern::parse).toList();
        List<String> allowed = user.topics();
        if (allowed != null) {
            List<TopicPattern> reach = allowed.stream().map(TopicPattern::parse).toList();
            patterns.forEach(pattern -> requireReach(user, reach, pattern));
        }
        return patterns;
    }

    private static void requireReach(Principal.User user, List<TopicPattern> reach, TopicPattern wanted) {
        if (reach.stream().noneMatch(pattern -> pattern.covers(wanted))) {
            throw new DataPrismException(
                    ErrorCode.PERMISSION_DENIED,
                    "The topics '" + wanted + "' reach beyond the token of '" + user.sub() + "', which has " + reach
                            + ".",
                    "Ask for topics inside those, or use a token that has more.");
        }
    }

    /** Calls with messages that speak for the user; the answer comes on the current context. */
    static <T extends @Nullable Object> Future<T> actingAs(Vertx vertx, Principal.User user, Supplier<Future<T>> call) {
        ContextInternal current = (ContextInternal) vertx.getOrCreateContext();
        ContextInternal acting = CallerContext.duplicateFor(current, Caller.of(user));
        Promise<T> answer = current.promise();
        acting.emit(call, begin -> {
            try {
                begin.get().onComplete(answer);
            } catch (RuntimeException failure) {
                answer.fail(failure);
            }
        });
        return answer.future();
    }
}
