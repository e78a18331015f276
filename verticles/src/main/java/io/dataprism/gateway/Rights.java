package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who holds a token and what it lets them do, as documents say it: {@code sub}, {@code roles}, and the patterns that narrow. */
public final class Rights {

    private static final Pattern SUB = Pattern.compile("[!-~&&[^/\"\\\\]]{1,128}");
    private static final String SUB_LEGAL = "must be 1 to 128 printable ASCII characters without space, /, \" and \\";

    /** Whom the node itself means by these, in the audit log, in events and where a user's share is counted. */
    private static final Set<String> OWN_NAMES = Set.of(Principal.User.admin().sub(), SignIns.UNKNOWN);

    private static final int PATTERNS_MAX = 128;
    private static final int PATTERN_LENGTH_MAX = 256;
    private static final String ROLES =
            Arrays.stream(Role.values()).map(ApiToken::label).collect(Collectors.joining(", "));

    private Rights() {}

    /**
     * What a token's signed claims say.
     *
     * @param rights {@code {roles, topics?, tables?, plugins?}}, and no other members
     * @throws DataPrismException {@code UNAUTHENTICATED} with every problem
     */
    public static Principal.User ofClaims(@Nullable String sub, JsonObject rights) {
        if (sub == null || !SUB.matcher(sub).matches()) {
            throw AdminToken.refusal("The token's claim sub " + (sub == null ? "is missing" : SUB_LEGAL) + ".");
        }
        if (OWN_NAMES.contains(sub)) {
            throw AdminToken.refusal("The token's claim sub " + ownName(sub) + ".");
        }
        RequestDocument document = new RequestDocument("The token's claim dataprism", rights);
        try {
            Principal.User user = read(document, sub);
            for (String name : rights.fieldNames()) {
                if (rights.getValue(name)
                        == null) { // a narrowing that somebody forgot to fill in is none that is left out
                    document.problem(name, "must not be null: leave it out where it does not narrow", null);
                }
            }
            document.check();
            return user;
        } catch (DataPrismException invalid) {
            throw new DataPrismException(
                            ErrorCode.UNAUTHENTICATED, invalid.detail(), "Have a token issued whose claims are right.")
                    .withViolations(invalid.violations());
        }
    }

    static String sub(RequestDocument body) {
        String sub = body.requiredString("sub");
        if (!sub.isEmpty() && !SUB.matcher(sub).matches()) {
            body.problem("sub", SUB_LEGAL, sub);
        }
        if (OWN_NAMES.contains(sub)) {
            body.problem("sub", ownName(sub), sub);
        }
        return sub;
    }

    private static String ownName(String sub) {
        return "must not be '" + sub + "': so the node calls "
                + (sub.equals(SignIns.UNKNOWN) ? "whoever has shown no good token" : "the holder of its own token")
                + ", and nobody else may be taken for them";
    }

    /** Reads the members but {@code sub}; what is wrong is noted in the document. */
    static Principal.User read(RequestDocument body, String sub) {
        Set<Role> roles = roles(body);
        List<String> topics = patterns(body, "topics");
        List<String> tables = patterns(body, "tables");
        List<String> plugins = patterns(body, "plugins");
        checkTopics(body, topics);
        return new Principal.User(sub, roles, topics, tables, plugins);
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
}
