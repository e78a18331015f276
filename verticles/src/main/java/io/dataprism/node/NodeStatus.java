package io.dataprism.node;

import io.dataprism.core.event.Topic;
import io.dataprism.event.EventFeed;
import io.vertx.core.json.JsonObject;

/**
 * What this node is doing, told as {@code core:status:change} with {@code {from, to, node}}: {@code starting}, {@code ready},
 * {@code draining}. Belongs to the thread that starts and stops the node.
 */
final class NodeStatus {

    private static final Topic CHANGE = Topic.parse("core:status:change");

    private final EventFeed feed;
    private final String nodeId;
    private String status = "starting";

    NodeStatus(EventFeed feed, String nodeId) {
        this.feed = feed;
        this.nodeId = nodeId;
    }

    /** Tells of the change. */
    void become(String next) {
        JsonObject change = new JsonObject().put("from", status).put("to", next).put("node", nodeId);
        status = next;
        feed.append(CHANGE, "/nodes/" + nodeId, change);
    }
}
