package io.dataprism.core.permission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.core.permission.AddressRule.Need;
import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Permission.Resource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which address needs which permission, and whether a chain of callers has it. What is not in the table is refused. Any
 * thread; does not block; looks at address, headers and grants only.
 */
public final class PermissionTable {

    /** The header with the topic patterns of each link, as JSON: an array of arrays. */
    public static final String TOPIC_SCOPE_HEADER = "dataprism-topic-scope";

    /** The header with the scopes of each link for everything but tables and topics, in the same form. */
    public static final String SCOPE_HEADER = "dataprism-scope";

    /** The header in which host code says with which HTTP method a {@code network} request is made. */
    public static final String METHOD_HEADER = "dataprism-method";

    /** The headers that say what is allowed: made by the table alone, stripped of whatever a sender wrote. */
    public static final Set<String> SCOPE_HEADERS =
            Set.of(TableScope.HEADER, TableScope.TARGET_HEADER, TOPIC_SCOPE_HEADER, SCOPE_HEADER);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SERVICE = "dataprism.service.";

    private static final List<AddressRule> RULES = List.of(
            rule(SERVICE + "data.query", new Need.Within(Resource.DATA, Access.READ, TableScope.HEADER)),
            rule(SERVICE + "data.tables", new Need.Within(Resource.DATA, Access.READ, TableScope.HEADER)),
            rule(SERVICE + "data.table", new Need.Within(Resource.DATA, Access.READ, TableScope.HEADER)),
            rule(SERVICE + "data.load", new Need.Within(Resource.DATA, Access.WRITE, TableScope.HEADER)),
            rule(
                    SERVICE + "data.keep",
                    new Need.Both(
                            new Need.Within(Resource.DATA, Access.READ, TableScope.HEADER),
                            new Need.Within(Resource.DATA, Access.WRITE, TableScope.TARGET_HEADER))),
            rule(SERVICE + "storage.get", new Need.Within(Resource.STORAGE, Access.READ, SCOPE_HEADER)),
            rule(SERVICE + "storage.list", new Need.Within(Resource.STORAGE, Access.READ, SCOPE_HEADER)),
            rule(SERVICE + "storage.set", new Need.Within(Resource.STORAGE, Access.WRITE, SCOPE_HEADER)),
            rule(SERVICE + "storage.delete", new Need.Within(Resource.STORAGE, Access.WRITE, SCOPE_HEADER)),
            rule(SERVICE + "network.fetch", new Need.WithinByMethod(Resource.NETWORK, SCOPE_HEADER)),
            rule(SERVICE + "network.connect", new Need.Within(Resource.NETWORK, Access.EXECUTE, SCOPE_HEADER)),
            rule(SERVICE + "ui.render", new Need.Within(Resource.UI, Access.WRITE, SCOPE_HEADER)),
            rule(SERVICE + "metrics.record", new Need.Nothing()),
            rule(SERVICE + "metrics.*", new Need.Exactly(Resource.CORE, Access.READ, "metrics")),
            rule(SERVICE + "config.get", new Need.Nothing()),
            rule(SERVICE + "config.set", new Need.Exactly(Resource.CORE, Access.WRITE, "config")),
            rule(SERVICE + "logger", new Need.Nothing()),
            rule(SERVICE + "llm.*", new Need.Exactly(Resource.CORE, Access.EXECUTE, "llm")),
            rule("dataprism.plugin.*", new Need.Exactly(Resource.CORE, Access.EXECUTE, "plugin:{rest}")),
            rule("dataprism.events.publish", new Need.Topics(Access.WRITE)),
            rule("dataprism.events.subscribe", new Need.Topics(Access.READ)),
            rule("dataprism.engine", new Need.TheNode()),
            rule("dataprism.engine.*", new Need.TheNode()),
            rule("dataprism.audit", new Need.TheNode()),
            rule("dataprism.catalog", new Need.TheNode()),
            rule("dataprism.catalog.*", new Need.TheNode()),
            rule("dataprism.node.*", new Need.TheNode()));

    /** By their address: those without a star in them. No star of another means one of these. */
    private static final Map<String, AddressRule> EXACT = RULES.stream()
            .filter(rule -> rule.pattern().indexOf('*') < 0)
            .collect(Collectors.toUnmodifiableMap(AddressRule::pattern, Function.identity()));

    private static final List<AddressRule> PATTERNS =
            RULES.stream().filter(rule -> rule.pattern().indexOf('*') >= 0).toList();

    private final ChainCheck chain;

    /**
     * @param grantsOf what a plugin was given, now; {@link Grants#NONE} for one that is not known. Must not block.
     */
    public PermissionTable(Function<String, Grants> grantsOf) {
        this.chain = new ChainCheck(grantsOf);
    }

    /** Whether that chain may send to that address. */
    public Decision decide(Caller caller, String address) {
        return decide(caller, address, Map.of());
    }

    /**
     * The same, for addresses whose need depends on the request.
     *
     * @param headers of the request; only {@link #METHOD_HEADER} is looked at
     */
    public Decision decide(Caller caller, String address, Map<String, String> headers) {
        AddressRule rule = ruleOf(address);
        if (rule == null) {
            return new Decision.Refused(
                    caller.principal(),
                    address,
                    "an address that anybody may send to: this one is not in the table",
                    null,
                    "Use the typed services of the plugin API; see 'Permission interceptors' for the addresses that there are.");
        }
        return depth(caller)
                ? decide(caller, address, rule, headers)
                : new Decision.Refused(
                        caller.principal(),
                        address,
                        "room in the chain of calls, which is " + Caller.DEPTH_LIMIT + " long at most",
                        null,
                        "Plugins call each other in a circle: break it.");
    }

    private static @Nullable AddressRule ruleOf(String address) {
        AddressRule exact = EXACT.get(address);
        if (exact != null) {
            return exact;
        }
        for (AddressRule rule : PATTERNS) {
            if (rule.matches(address)) {
                return rule;
            }
        }
        return null;
    }

    /** Without recursion beyond the limit, whatever the chain. */
    private static boolean depth(Caller caller) {
        Caller link = caller;
        for (int depth = 0; depth < Caller.DEPTH_LIMIT; depth++) {
            link = link.onBehalfOf();
            if (link == null) {
                return true;
            }
        }
        return false;
    }

    private Decision decide(Caller caller, String address, AddressRule rule, Map<String, String> headers) {
        return switch (rule.need()) {
            case Need.Nothing nothing -> new Decision.Allowed(Map.of());
            case Need.TheNode theNode ->
                caller.principal() instanceof Principal.Node
                        ? new Decision.Allowed(Map.of())
                        : new Decision.Refused(
                                caller.principal(),
                                address,
                                "the right to speak as the node itself",
                                null,
                                "Nobody can grant it; use the typed services instead.");
            case Need.Exactly exactly -> chain.exactly(caller, address, exactly.permission(rule.pattern(), address));
            case Need.Within within -> chain.within(caller, address, within);
            case Need.Both both ->
                chain.within(caller, address, both.first()).and(() -> chain.within(caller, address, both.second()));
            case Need.WithinByMethod byMethod -> chain.within(caller, address, byMethod.of(headers));
            case Need.Topics topics -> chain.topics(caller, address, topics.access());
        };
    }

    static String encode(List<List<String>> links) {
        try {
            return JSON.writeValueAsString(links);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Lists of texts could not be written as JSON: " + links, impossible);
        }
    }

    private static AddressRule rule(String pattern, Need need) {
        return new AddressRule(pattern, need);
    }
}
