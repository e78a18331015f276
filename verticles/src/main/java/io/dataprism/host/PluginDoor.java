package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.bus.Registration;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where other nodes send messages for the plugins of this one: one address for all of them, since each address of the bus costs every node
 * something. An event loop; the plugin's own goes on.
 */
final class PluginDoor extends VerticleBase {

    private final String nodeId;
    private final Function<String, @Nullable PluginVerticle> plugins;

    /** @param plugins those that have a process here, by name; any thread */
    PluginDoor(String nodeId, Function<String, @Nullable PluginVerticle> plugins) {
        this.nodeId = nodeId;
        this.plugins = plugins;
    }

    @Override
    public Future<?> start() {
        return Registration.of(
                vertx, () -> vertx.eventBus().<JsonObject>consumer(Addresses.plugins(nodeId), this::receive));
    }

    private void receive(Message<JsonObject> message) {
        Caller caller = Objects.requireNonNull(CallerContext.sender(), "the inbound interceptor has set it");
        String name = message.headers().get(PermissionInterceptors.PLUGIN_HEADER);
        PluginVerticle plugin = name == null ? null : plugins.apply(name);
        if (plugin == null) {
            NotBegun.refuse(message, HostProblems.notActive(String.valueOf(name), "not running on node " + nodeId));
        } else {
            plugin.take(message, caller);
        }
    }
}
