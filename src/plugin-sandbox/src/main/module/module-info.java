/**
 * The child's side of a plugin's sandbox, and what host and child share: kernel bindings, frames and streams.
 *
 * <p>In the child this is the only module with native access, and it exports nothing, so that a plugin (on the class path)
 * reaches neither. What it needs beyond the JDK lies on the class path next to the plugin, and the module adds that reads edge
 * itself. The host has this jar on its class path, where module boundaries do not apply.
 */
module io.dataprism.sandbox {
    requires jdk.unsupported;
}
