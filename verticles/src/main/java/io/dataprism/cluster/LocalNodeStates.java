package io.dataprism.cluster;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What a node that is alone says of itself, to itself. */
public final class LocalNodeStates implements NodeStates {

    private final String nodeId;
    private final Map<String, JsonObject> sections = new ConcurrentHashMap<>();
    private final SectionListeners listeners = new SectionListeners();

    public LocalNodeStates(String nodeId) {
        this.nodeId = nodeId;
    }

    @Override
    public void publish(String section, JsonObject state) {
        sections.put(section, state);
        listeners.tell(section, nodeId);
    }

    @Override
    public JsonObject of(String id, String section) {
        return id.equals(nodeId) ? sections.getOrDefault(section, new JsonObject()) : new JsonObject();
    }

    @Override
    public void onChange(String section, Consumer<String> listener) {
        listeners.add(section, listener);
    }
}
