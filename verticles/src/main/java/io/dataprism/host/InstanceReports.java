package io.dataprism.host;

import io.dataprism.cluster.Member;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all nodes say of the plugins that they have, read once per change and not once per question. This node's own instances are looked at
 * as they are. Any thread; nothing blocks.
 */
final class InstanceReports {

    static final String SECTION = "plugins";

    private static final Logger LOG = LoggerFactory.getLogger(InstanceReports.class);
    private static final String PLUGINS = "plugins";

    private final HostCluster cluster;
    private final Function<String, Optional<InstanceReport>> own;
    private final Map<String, Map<String, InstanceReport>> others = new ConcurrentHashMap<>();
    private @Nullable Map<String, InstanceReport> published;

    /** @param own what this node's instance of a plugin is now; any thread */
    InstanceReports(HostCluster cluster, Function<String, Optional<InstanceReport>> own) {
        this.cluster = cluster;
        this.own = own;
    }

    /** Says what this node has, where that is new: others answer what they hear. A node that says nothing yet is given no plugins. One thread. */
    void publish(Map<String, InstanceReport> instances) {
        if (instances.equals(published)) {
            return;
        }
        published = Map.copyOf(instances);
        JsonObject plugins = new JsonObject();
        instances.forEach((name, report) -> plugins.put(name, report.toJson()));
        cluster.states().publish(SECTION, new JsonObject().put(PLUGINS, plugins));
    }

    /** Says that this node has no plugins any more, and takes none. */
    void withdraw() {
        cluster.states().publish(SECTION, new JsonObject());
    }

    /** What is published next is sent, whether or not it is new: what was sent before may have got lost. */
    void publishAnew() {
        published = null;
    }

    /** Reads what a node says now. */
    void read(String node) {
        if (node.equals(cluster.self())) {
            return;
        }
        JsonObject said = cluster.states().of(node, SECTION);
        if (!(said.getValue(PLUGINS) instanceof JsonObject plugins)) {
            others.remove(node);
            return;
        }
        Map<String, InstanceReport> read = new HashMap<>();
        for (Map.Entry<String, Object> plugin : plugins) {
            try {
                read.put(plugin.getKey(), InstanceReport.of((JsonObject) plugin.getValue()));
            } catch (RuntimeException unreadable) {
                LOG.warn("What node {} says of plugin {} cannot be read", node, plugin.getKey(), unreadable);
            }
        }
        others.put(node, Map.copyOf(read));
    }

    /** Reads what all say now: what nobody told of is found then. */
    void readAll() {
        cluster.members().all().forEach(member -> read(member.id()));
        others.keySet().removeIf(node -> cluster.members().find(node).isEmpty());
    }

    /** Whether a node that is there has begun to say what it has: before that it takes no plugins. */
    boolean speaks(String node) {
        return node.equals(cluster.self()) || others.containsKey(node);
    }

    /** What a node that is there has of a plugin. */
    Optional<InstanceReport> of(String node, String plugin) {
        return said(node, plugin)
                .filter(report -> node.equals(cluster.self())
                        || cluster.members().find(node).isPresent());
    }

    /** The same, of a node that is known to be there. */
    Optional<InstanceReport> said(String node, String plugin) {
        return node.equals(cluster.self())
                ? own.apply(plugin)
                : Optional.ofNullable(others.getOrDefault(node, Map.of()).get(plugin));
    }

    /** What all that are there have of a plugin, by node. */
    Map<String, InstanceReport> of(String plugin) {
        Map<String, InstanceReport> all = new TreeMap<>();
        for (Member member : cluster.members().all()) {
            said(member.id(), plugin).ifPresent(report -> all.put(member.id(), report));
        }
        return all;
    }

    /** Whether it takes calls anywhere. */
    boolean anyActive(String plugin) {
        return of(plugin).values().stream().anyMatch(InstanceReport::active);
    }

    /** Other nodes that have a process of it, those that take calls first. */
    List<String> runningElsewhere(String plugin) {
        Map<String, InstanceReport> all = of(plugin);
        all.remove(cluster.self());
        all.values().removeIf(report -> !report.loaded());
        return all.entrySet().stream()
                .sorted((one, other) ->
                        Integer.compare(one.getValue().rank(), other.getValue().rank()))
                .map(Map.Entry::getKey)
                .toList();
    }
}
