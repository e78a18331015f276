package io.dataprism.gateway.logs;

import io.dataprism.cluster.AloneMembers;
import io.dataprism.cluster.BusNodeCalls;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.NodeCalls;
import io.dataprism.cluster.Role;
import io.dataprism.core.permission.Caller;
import io.dataprism.host.PluginLog;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The logs of plugins on all nodes, from any of them. Whoever calls has checked role and scope. Any thread; nothing blocks. */
public final class ClusterLogs {

    private static final String METHOD = "plugins.log";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Members members;
    private final NodeCalls calls;
    private final Function<String, Future<PluginLog>> own;

    /**
     * Answers for this node from now on.
     *
     * @param own the log of a plugin on this node; {@code PLUGIN_NOT_FOUND}
     */
    public ClusterLogs(Members members, NodeCalls calls, Function<String, Future<PluginLog>> own) {
        this.members = members;
        this.calls = calls;
        this.own = own;
        calls.serve(METHOD, this::page);
    }

    /** Of a node that knows of no others. */
    public static ClusterLogs here(String nodeId, Function<String, Future<PluginLog>> own) {
        Members alone = new AloneMembers(
                new Member(nodeId, "alone", "", Set.of(Role.PLUGINS), Map.of(), "", true, null, false));
        return new ClusterLogs(alone, new BusNodeCalls(nodeId, alone), own);
    }

    /** Begins to read a plugin's log; {@code PLUGIN_NOT_FOUND}. */
    public Future<LogReading> read(Caller caller, String plugin) {
        return own.apply(plugin).map(log -> new LogReading(this, caller, plugin, log));
    }

    /** The other nodes that may have lines. */
    List<String> others() {
        String self = members.self().id();
        return members.all().stream()
                .filter(member -> member.roles().contains(Role.PLUGINS))
                .map(Member::id)
                .filter(id -> !id.equals(self))
                .toList();
    }

    String self() {
        return members.self().id();
    }

    Future<LogPage> page(String node, Caller caller, String plugin, String log, long after) {
        JsonObject asked =
                new JsonObject().put("plugin", plugin).put("log", log).put("after", after);
        return calls.call(node, METHOD, caller, asked, TIMEOUT).map(LogPage::of);
    }

    private Future<JsonObject> page(Caller caller, JsonObject asked) {
        return own.apply(asked.getString("plugin")).map(found -> {
            String log = name(found);
            long after = log.equals(asked.getString("log")) ? asked.getLong("after") : 0;
            return LogPage.of(log, found, after).toJson();
        });
    }

    /** Numbers of lines are good within one log of one run of a node. */
    private String name(PluginLog log) {
        return members.self().incarnation() + "-" + Integer.toHexString(System.identityHashCode(log));
    }
}
