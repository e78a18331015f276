package io.dataprism.core.confinement;

import java.nio.file.Path;
import java.util.List;

/**
 * The files that a child may reach besides those that every JVM needs.
 *
 * @param code the plugin's jar, or the folder that it will lie in; read only
 * @param folder its own, existing; read and written
 * @param mounts of the operator's
 * @param fonts whether the machine's fonts, too
 */
record ChildReach(Path code, Path folder, List<PluginProcesses.Mount> mounts, boolean fonts) {

    /** Of a plugin that is known. */
    static ChildReach of(PluginProcesses.Launch launch) {
        return new ChildReach(launch.packageFile(), launch.directory(), launch.mounts(), launch.fonts());
    }
}
