package io.dataprism.core.lifecycle;

import java.util.Locale;

/**
 * Where a plugin is in its life.
 *
 * <pre>
 * registered -> resolved -> loaded -> active -> draining -> loaded -> unloaded -> resolved
 *                   |          |         |          |
 *                   +----------+---------+----------+-> failed -> resolved | quarantined | unloaded
 * quarantined -> unloaded
 * </pre>
 */
public sealed interface PluginState {

    /** The version that this is about. */
    String version();

    /** As the contract names it. */
    default String label() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** Known, never started since this node did. */
    record Registered(String version) implements PluginState {
        public Resolved resolve(String resolvedVersion) {
            return new Resolved(resolvedVersion);
        }
    }

    /** Dependencies and grants are there; its process is being started. */
    record Resolved(String version) implements PluginState {
        public Loaded loaded() {
            return new Loaded(version);
        }

        public Failed fail(String reason) {
            return new Failed(version, reason);
        }
    }

    /** Its process runs and is initialised; no calls are taken. */
    record Loaded(String version) implements PluginState {
        public Active activate() {
            return new Active(version);
        }

        public Unloaded unload() {
            return new Unloaded(version);
        }

        /** Another version has taken over. */
        public Loaded reloaded(String other) {
            return new Loaded(other);
        }

        public Failed fail(String reason) {
            return new Failed(version, reason);
        }
    }

    /** Calls are taken. */
    record Active(String version) implements PluginState {
        public Draining drain() {
            return new Draining(version);
        }

        /** Another version has taken over, between two calls. */
        public Active reloaded(String other) {
            return new Active(other);
        }

        public Failed fail(String reason) {
            return new Failed(version, reason);
        }
    }

    /** Calls under way end, new ones are refused. */
    record Draining(String version) implements PluginState {
        public Loaded drained() {
            return new Loaded(version);
        }

        public Failed fail(String reason) {
            return new Failed(version, reason);
        }
    }

    /** Its process has ended as it should. */
    record Unloaded(String version) implements PluginState {
        public Resolved resolve(String resolvedVersion) {
            return new Resolved(resolvedVersion);
        }
    }

    /** It could not be started, or its process ended by itself. */
    record Failed(String version, String reason) implements PluginState {
        public Resolved resolve(String resolvedVersion) {
            return new Resolved(resolvedVersion);
        }

        public Quarantined quarantine() {
            return new Quarantined(version, reason);
        }

        public Unloaded unload() {
            return new Unloaded(version);
        }
    }

    /** It failed too often; an operator must act. */
    record Quarantined(String version, String reason) implements PluginState {
        public Unloaded release() {
            return new Unloaded(version);
        }
    }
}
