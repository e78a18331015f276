package io.dataprism.plugin;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The door from a plugin to the host. One per plugin instance; good from {@code initialize} until {@code cleanup} has
 * ended; may be used from any thread. No method blocks.
 */
public interface PluginContext {

    /** Who the plugin is: its manifest, as registered. */
    PluginManifest manifest();

    /** The plugin's name, as in the manifest. */
    String pluginName();

    /** The plugin's version, as in the manifest. */
    String pluginVersion();

    /** The version of the host, a semantic version. */
    String coreVersion();

    /** Events: publish and subscribe. */
    EventBus events();

    /** The host's services, each checked against the plugin's grant. */
    Services services();

    /** Lines for the plugin's log, which an operator reads with {@code GET /v1/plugins/{name}/logs}. */
    PluginLogger logger();

    /** The configuration as last set; empty where none is set. An immutable copy. */
    Map<String, @Nullable Object> configuration();

    /** What the plugin may use at most. */
    ResourceQuota resources();

    /** The plugin's own folder: the only place on disk that it can write to. */
    Path directory();

    /**
     * A folder of the operator's. Needs {@code storage} {@code read}, or {@code write} to change it, with the scope {@code
     * mount:<name>}; what was granted when this process started counts.
     *
     * @throws PluginException {@code PERMISSION_DENIED} where it is not granted, or the operator names no such folder
     */
    default Path mount(String name) {
        throw new PluginException(
                "PERMISSION_DENIED",
                "The folder '" + name + "' is not open to this plugin. Ask for storage read 'mount:" + name
                        + "' in the manifest, have it granted, and have the operator name the folder under `mounts:`.");
    }
}
