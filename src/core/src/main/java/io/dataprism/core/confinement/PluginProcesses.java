package io.dataprism.core.confinement;

import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.plugin.ResourceQuota;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Starts plugins' processes. One per node; any thread; {@link #start} does not block its caller. */
public interface PluginProcesses extends AutoCloseable {

    /**
     * Starts a confined child, runs the canary in it, and lets it make the plugin's instance. Succeeds when the instance is
     * made and nothing of its life cycle has been called.
     *
     * <p>Fails with {@code SANDBOX_UNAVAILABLE} where the machine cannot confine as firmly as the operator demands (saying what
     * is missing), {@code QUOTA_EXCEEDED} where all plugins together have no memory left for it,
     * {@code PACKAGE_INVALID} where the entry point is missing, is no plugin of its category or cannot be made,
     * {@code PLUGIN_FAILED} where its constructor throws, {@code PLUGIN_TIMEOUT} after 10 s.
     */
    Mono<PluginProcess> start(Launch launch, HostDoor door);

    /** What the operator lets plugins use. */
    ResourcePolicy policy();

    /** What this machine can do: {@code full}, {@code no-cgroup} or {@code jvm-only}. */
    String level();

    /** What holds the processes to their quotas, for people. */
    String mechanism();

    /** What this machine lacks for {@code full}, a sentence each; empty where it reaches it. */
    List<String> missing();

    /** Kills every child that is left and waits for it, bounded. Nothing can be started afterwards. */
    @Override
    void close();

    /**
     * What to start.
     *
     * @param packageFile the plugin's jar, at a content-addressed path that never changes
     * @param entryPoint the class to make an instance of
     * @param category as in the manifest
     * @param directory the plugin's own folder, existing; the only place it may write to
     * @param quota what it may use at most
     * @param fonts whether it may read the machine's fonts (permission {@code ui})
     * @param configuration as last set
     * @param manifest the manifest's document, which the plugin may read
     * @param mounts what else it may reach
     */
    record Launch(
            String name,
            String version,
            String coreVersion,
            String category,
            Path packageFile,
            String entryPoint,
            Path directory,
            ResourceQuota quota,
            boolean fonts,
            Map<String, @Nullable Object> configuration,
            Map<String, @Nullable Object> manifest,
            List<Mount> mounts) {

        public Launch {
            mounts = List.copyOf(mounts);
        }

        /** The same with another quota. */
        Launch within(ResourceQuota other) {
            return new Launch(
                    name,
                    version,
                    coreVersion,
                    category,
                    packageFile,
                    entryPoint,
                    directory,
                    other,
                    fonts,
                    configuration,
                    manifest,
                    mounts);
        }

        /** One that may reach no folder but its own. */
        public Launch(
                String name,
                String version,
                String coreVersion,
                String category,
                Path packageFile,
                String entryPoint,
                Path directory,
                ResourceQuota quota,
                boolean fonts,
                Map<String, @Nullable Object> configuration,
                Map<String, @Nullable Object> manifest) {
            this(
                    name,
                    version,
                    coreVersion,
                    category,
                    packageFile,
                    entryPoint,
                    directory,
                    quota,
                    fonts,
                    configuration,
                    manifest,
                    List.of());
        }
    }

    /** A folder of the operator's that the kernel opens to the process, to all beneath it. */
    record Mount(String name, Path folder, boolean writable) {}
}
