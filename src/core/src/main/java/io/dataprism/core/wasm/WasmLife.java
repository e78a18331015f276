package io.dataprism.core.wasm;

import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.wasm.module.PluginInterface;
import io.dataprism.sandbox.frame.Json;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far a plugin has come in its life, so that a fresh instance can be brought there too. On its plugin's thread alone. */
final class WasmLife {

    private final Launch launch;
    private boolean initialized;
    private boolean active;
    private @Nullable Map<String, @Nullable Object> settings;

    WasmLife(Launch launch) {
        this.launch = launch;
    }

    /** Brings a fresh instance where the last one was. */
    void replay(WasmInstance instance) {
        if (initialized) {
            instance.tell(PluginInterface.INITIALIZE, context());
        }
        Map<String, @Nullable Object> last = settings;
        if (last != null) {
            instance.tell(PluginInterface.CONFIGURE, Json.encode(last));
        }
        if (active) {
            instance.signal(PluginInterface.ACTIVATE);
        }
    }

    void initialize(WasmInstance instance) {
        instance.tell(PluginInterface.INITIALIZE, context());
        initialized = true;
    }

    void configure(WasmInstance instance, Map<String, @Nullable Object> to) {
        instance.tell(PluginInterface.CONFIGURE, Json.encode(to));
        settings = to;
    }

    void activate(WasmInstance instance) {
        instance.signal(PluginInterface.ACTIVATE);
        active = true;
    }

    void deactivate(WasmInstance instance) {
        active = false;
        instance.signal(PluginInterface.DEACTIVATE);
    }

    void cleanUp(WasmInstance instance) {
        instance.signal(PluginInterface.CLEANUP);
        initialized = false;
    }

    private byte[] context() {
        Map<String, @Nullable Object> context = new HashMap<>();
        context.put("name", launch.name());
        context.put("version", launch.version());
        context.put("coreVersion", launch.coreVersion());
        context.put("configuration", launch.configuration());
        return Json.encode(context);
    }
}
