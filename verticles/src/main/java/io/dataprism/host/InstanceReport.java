package io.dataprism.host;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of its instance of a plugin.
 *
 * @param state as the contract names it
 * @param version that it has, or had last
 * @param generation of the plugin's entry that it has followed, or failed to
 * @param replica its number among the plugin's instances; {@link #NONE}: it has none
 * @param failure the last one, {@code {time, code, detail}}; null: none
 * @param refused the version that it could not go over to, and goes on without; null: none
 * @param restarts after failures
 * @param level of its isolation; null: it has no process
 */
record InstanceReport(
        String state,
        String version,
        long generation,
        int replica,
        @Nullable JsonObject failure,
        @Nullable String refused,
        int restarts,
        @Nullable String level) {

    static final int NONE = -1;

    /** Of a node that has not said anything. */
    static final InstanceReport UNHEARD = new InstanceReport("registered", "", 0, NONE, null, null, 0, null);

    /** The most telling first: what there is of a plugin is what its best instance is. */
    private static final List<String> STATES =
            List.of("active", "draining", "loaded", "resolved", "failed", "quarantined", "unloaded", "registered");

    private static final Set<String> RUNNING = Set.of("active", "draining", "loaded", "resolved");

    static InstanceReport of(JsonObject json) {
        return new InstanceReport(
                json.getString("state", "registered"),
                json.getString("version", ""),
                json.getLong("generation", 0L),
                json.getInteger("replica", NONE),
                json.getJsonObject("failure"),
                json.getString("refused"),
                json.getInteger("restarts", 0),
                json.getString("level"));
    }

    JsonObject toJson() {
        JsonObject json =
                new JsonObject().put("state", state).put("version", version).put("generation", generation);
        put(json, "replica", replica == NONE ? null : replica);
        put(json, "failure", failure);
        put(json, "refused", refused);
        put(json, "restarts", restarts == 0 ? null : restarts);
        put(json, "level", level);
        return json;
    }

    private static void put(JsonObject json, String member, @Nullable Object value) {
        if (value != null) {
            json.put(member, value);
        }
    }

    boolean active() {
        return state.equals("active");
    }

    /** Active, or as far as that without calls. */
    boolean loaded() {
        return active() || state.equals("loaded");
    }

    /** Whether it has a process, or is about to. */
    boolean running() {
        return RUNNING.contains(state);
    }

    boolean broken() {
        return state.equals("failed") || quarantined();
    }

    boolean quarantined() {
        return state.equals("quarantined");
    }

    /** Less is more telling. */
    int rank() {
        int rank = STATES.indexOf(state);
        return rank < 0 ? STATES.size() : rank;
    }
}
