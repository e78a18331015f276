package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.contract.Contract;
import io.dataprism.gateway.contract.Problems;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who holds a token and what it lets them do, as documents say it: {@code sub}, {@code roles}, and the patterns that narrow. */
public final class Rights {

    private Rights() {}

    /**
     * What a token's signed claims say.
     *
     * @param rights {@code {roles, topics?, tables?, plugins?}}, and no other members
     * @throws DataPrismException {@code UNAUTHENTICATED} with every problem
     */
    public static Principal.User ofClaims(@Nullable String sub, JsonObject rights) {
        try {
            Problems claims = new Problems("The token's claims");
            Contract.current().check("Subject", "sub", sub, claims);
            claims.check();
            Problems problems = new Problems("The token's claim dataprism");
            Contract.current().check("Rights", rights, problems);
            problems.check();
            RequestDocument document = new RequestDocument("The token's claim dataprism", rights);
            Principal.User user = read(document, String.valueOf(sub));
            document.check();
            return user;
        } catch (DataPrismException invalid) {
            throw new DataPrismException(
                            ErrorCode.UNAUTHENTICATED, invalid.detail(), "Have a token issued whose claims are right.")
                    .withViolations(invalid.violations());
        }
    }

    /** Reads the members but {@code sub} of a document that fits its schema; what is no topic pattern is noted in it. */
    static Principal.User read(RequestDocument body, String sub) {
        List<String> topics = body.strings("topics");
        checkTopics(body, topics);
        return new Principal.User(sub, roles(body), topics, body.strings("tables"), body.strings("plugins"));
    }

    private static Set<Role> roles(RequestDocument body) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        List<String> names = body.strings("roles");
        if (names != null) {
            names.forEach(name -> roles.add(Role.valueOf(name.toUpperCase(Locale.ROOT))));
        }
        return roles;
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
}
