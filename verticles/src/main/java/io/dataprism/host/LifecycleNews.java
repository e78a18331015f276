package io.dataprism.host;

import io.dataprism.core.permission.Caller;
import io.vertx.core.Context;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Tells what becomes of plugins: as events {@code plugin:<what>}, and in the audit log, as the node. Any thread. */
record LifecycleNews(HostParts parts, Caller node, Context context) {

    /** Of an instance. @param id of the instance, as it was when that happened */
    void tell(String what, PluginInstance instance, String id, @Nullable String reason) {
        tell(what, instance.name(), instance.state().version(), reason, new JsonObject().put("instance", id));
    }

    /** Of a plugin. A failure to publish is logged. */
    void tell(String what, String name, String version, @Nullable String reason, JsonObject more) {
        JsonObject data = new JsonObject()
                .put("name", name)
                .put("version", version)
                .put("node", parts.node().id())
                .put("reason", reason)
                .mergeIn(more);
        context.runOnContext(go -> parts.events().tell("plugin:" + what, data));
        if (what.equals("registered")) {
            return; // its line says who did it, and is written there
        }
        parts.audit()
                .record(
                        "plugin." + what,
                        node,
                        name,
                        what.equals("failed") || what.equals("quarantined") ? "failed" : "ok",
                        new JsonObject()
                                .put("version", version)
                                .put("reason", reason)
                                .mergeIn(more));
    }
}
