package io.dataprism.node;

import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.NodeStates;
import io.dataprism.cluster.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The members that this node sees, and which plugins they say they have. Any thread; nothing blocks. */
record ClusterView(Members members, NodeStates states) {

    /** In which the host of each node says what it has: {@code {plugins: {<name>: {state, version, replica?}}}}. */
    private static final String SECTION = "plugins";

    /** In these an instance is of no interest: it has no process, and nobody waits for one. */
    private static final Set<String> IDLE = Set.of("registered", "unloaded");

    private static final Set<String> RUNNING = Set.of("resolved", "loaded", "active", "draining");

    /** {@code {members, majority, state}}. */
    JsonObject state() {
        return new JsonObject()
                .put("members", members.all().size())
                .put("majority", members.hasMajority())
                .put("state", state(members.self()));
    }

    /** Whether this node is about to leave. */
    boolean isDraining() {
        return members.self().draining();
    }

    /**
     * {@code {members, placement, majority}}.
     *
     * @param plugins those that there are, with the nodes of those of which no node says anything
     */
    JsonObject whole(JsonArray plugins) {
        JsonArray listed = new JsonArray();
        members.all().forEach(member -> listed.add(json(member)));
        JsonArray placement = new JsonArray();
        for (int i = 0; i < plugins.size(); i++) {
            placement.add(places(plugins.getJsonObject(i)));
        }
        return new JsonObject()
                .put("members", listed)
                .put("placement", placement)
                .put("majority", members.hasMajority());
    }

    private JsonObject json(Member member) {
        JsonObject json = new JsonObject()
                .put("id", member.id())
                .put("address", member.address())
                .put(
                        "roles",
                        new JsonArray(member.roles().stream()
                                .sorted()
                                .map(Role::label)
                                .toList()))
                .put("version", member.version())
                .put("labels", new JsonObject(new TreeMap<>(member.labels())))
                .put("state", state(member))
                .put("data", member.data());
        return member.id().equals(members.self().id()) ? json.put("self", true) : json;
    }

    private static String state(Member member) {
        return member.draining() ? "draining" : "ready";
    }

    private JsonObject places(JsonObject plugin) {
        String name = plugin.getString("name");
        JsonArray instances = new JsonArray();
        Set<String> nodes = new TreeSet<>();
        for (Member member : members.all()) {
            JsonObject said = said(member.id(), name);
            String state = said.getString("state", "registered");
            if (RUNNING.contains(state)) {
                nodes.add(member.id());
            }
            if (!IDLE.contains(state)) {
                instances.add(instance(member.id(), state, said));
            }
        }
        if (instances.isEmpty()) {
            plugin.getJsonArray("nodes", new JsonArray()).forEach(node -> nodes.add(String.valueOf(node)));
        }
        return new JsonObject()
                .put("plugin", name)
                .put("nodes", new JsonArray(nodes.stream().toList()))
                .put("instances", instances);
    }

    private JsonObject said(String node, String plugin) {
        return states.of(node, SECTION).getValue("plugins") instanceof JsonObject plugins
                        && plugins.getValue(plugin) instanceof JsonObject said
                ? said
                : new JsonObject();
    }

    private static JsonObject instance(String node, String state, JsonObject said) {
        JsonObject instance = new JsonObject().put("node", node).put("state", state);
        if (said.getValue("version") instanceof String version) {
            instance.put("version", version);
        }
        if (said.getValue("replica") instanceof Number replica) {
            instance.put("replica", replica.intValue());
        }
        return instance;
    }
}
