package io.dataprism.core.wasm;

import io.dataprism.core.confinement.HostDoor;
import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.confinement.PluginProcesses;
import io.dataprism.core.quota.ResourcePolicy;
import java.util.List;
import reactor.core.publisher.Mono;

/** Starts a plugin in what its manifest asks for: a module where {@code runtime} is {@code wasm}, a child JVM otherwise. */
public final class PluginProcessesByRuntime implements PluginProcesses {

    private final PluginProcesses children;
    private final WasmPluginProcesses modules;

    /**
     * @param children closed with this
     * @param modules closed with this
     */
    public PluginProcessesByRuntime(PluginProcesses children, WasmPluginProcesses modules) {
        this.children = children;
        this.modules = modules;
    }

    @Override
    public Mono<PluginProcess> start(Launch launch, HostDoor door) {
        return "wasm".equals(launch.manifest().get("runtime"))
                ? modules.start(launch, door)
                : children.start(launch, door);
    }

    @Override
    public ResourcePolicy policy() {
        return children.policy();
    }

    @Override
    public String level() {
        return children.level();
    }

    @Override
    public String mechanism() {
        return children.mechanism();
    }

    @Override
    public List<String> missing() {
        return children.missing();
    }

    @Override
    public void close() {
        modules.close();
        children.close();
    }
}
