package io.dataprism.sandbox.child;

import io.dataprism.plugin.Plugin;
import io.dataprism.plugin.PluginException;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.Link;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** One life-cycle call, on the life-cycle thread, which it holds until the plugin is done. */
record LifeCycleCall(
        Link link, long id, Plugin plugin, HostContext context, String method, Map<String, @Nullable Object> call)
        implements Runnable {

    @Override
    public void run() {
        try {
            Object answer = method.equals("describe") ? Description.of(plugin) : invoke().block();
            link.send(new Frame(FrameType.RESULT, id, Json.encode(answer)));
        } catch (RuntimeException | Error failure) {
            link.send(Failures.frame(id, failure));
        }
    }

    private Mono<Void> invoke() {
        return switch (method) {
            case "initialize" -> initialize();
            case "configure" -> {
                Map<String, @Nullable Object> settings = Json.object(call.get("settings"));
                yield configure(settings);
            }
            case "activate" -> plugin.activate();
            case "deactivate" -> plugin.deactivate();
            case "cleanup" -> plugin.cleanup();
            default -> Mono.error(new PluginException("REQUEST_INVALID", "There is no method '" + method + "'."));
        };
    }

    /** The plugin sees the new settings while it takes them, and the old ones again where it refuses. */
    private Mono<Void> configure(Map<String, @Nullable Object> settings) {
        Map<String, @Nullable Object> before = context.configuration();
        context.configure(settings);
        return Mono.defer(() -> plugin.configure(context.configuration()))
                .doOnError(refused -> context.configure(before));
    }

    private Mono<Void> initialize() {
        if (!plugin.isCompatible(context.coreVersion())) {
            return Mono.error(new PluginException(
                    "INCOMPATIBLE_CORE",
                    "The plugin '" + context.pluginName() + "' says that it cannot work with the core version "
                            + context.coreVersion() + "."));
        }
        return plugin.initialize(context);
    }
}
