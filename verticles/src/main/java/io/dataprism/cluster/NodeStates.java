package io.dataprism.cluster;

import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/**
 * What nodes say of themselves, in sections: which plugins run there, which versions of tables they have. A node's word is there for as long
 * as it is a member, and gone with it. Any thread; nothing blocks.
 */
public interface NodeStates {

    /**
     * Replaces a section of this node's. Others see it a moment later; what changes often is sent at most every 20 ms.
     *
     * @param state at most 1 MiB as JSON; not to be changed any more
     */
    void publish(String section, JsonObject state);

    /** What a node says in a section now; empty where it says nothing, or is not there. Not to be changed. */
    JsonObject of(String nodeId, String section);

    /**
     * Adds a listener for a section.
     *
     * @param listener told which node's has changed, or gone, this one's included, on any thread; it must not block
     */
    void onChange(String section, Consumer<String> listener);
}
