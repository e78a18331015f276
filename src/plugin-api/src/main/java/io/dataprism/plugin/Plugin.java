package io.dataprism.plugin;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A plugin: what every category has in common. Its identity (name, version, dependencies, permissions, operations) is in
 * its manifest alone, so that it cannot say two different things; the plugin reads it from {@link PluginContext}.
 *
 * <p>See the package documentation for call order, threads and failures. Every method answers a {@link Mono} that the host
 * subscribes to once; an empty one means success with nothing to say.
 */
public interface Plugin {

    /**
     * Prepares the plugin. Called once, first.
     *
     * @param context the door to the host; good until {@link #cleanup()} has ended
     */
    Mono<Void> initialize(PluginContext context);

    /**
     * Begins to serve. Background work starts here, not in {@code initialize}.
     *
     * <p>The answer must not wait for an event: a version that is made ready beside the one that serves hears none before it has
     * taken over, which it does once this has ended. What it has subscribed to by then begins where the other version was, or,
     * where that followed no such pattern, at the switch.
     */
    default Mono<Void> activate() {
        return Mono.empty();
    }

    /** Ceases to serve. Called when the operations under way have ended or their deadline has passed. */
    default Mono<Void> deactivate() {
        return Mono.empty();
    }

    /** Releases what is held. Called once, last; the process ends after it. */
    default Mono<Void> cleanup() {
        return Mono.empty();
    }

    /**
     * Takes over settings that the host has checked against the manifest's schema.
     *
     * <p>Also called at each start where something was set, between {@link #initialize} and {@link #activate}.
     *
     * @param settings the whole configuration, which replaces what was set before
     */
    default Mono<Void> configure(Map<String, @Nullable Object> settings) {
        return Mono.empty();
    }

    /**
     * Performs an operation whose kind in the manifest is {@code value}.
     *
     * @param operation a name from the manifest's {@code operations}
     * @param params JSON values: {@code Map}, {@code List}, {@code String}, {@code Number}, {@code Boolean} or null
     * @return one JSON value, or empty for {@code null}
     */
    default Mono<Object> execute(String operation, Map<String, @Nullable Object> params) {
        return Mono.error(PluginException.unknownOperation(operation));
    }

    /**
     * Performs an operation of kind {@code value} that has an input.
     *
     * @param input the batches of the input; empty where the manifest says {@code input: optional} and the caller gave none
     */
    default Mono<Object> execute(String operation, Map<String, @Nullable Object> params, Flux<Batch> input) {
        return execute(operation, params);
    }

    /**
     * Whether this plugin can work with a core of that version. The host has already compared the manifest's
     * {@code compatibility}; this is for what a range cannot say.
     *
     * @param coreVersion a semantic version
     */
    default boolean isCompatible(String coreVersion) {
        return true;
    }

    /**
     * How the plugin feels. Asked every few seconds; answer within a second.
     *
     * @return one answer; an empty one, or a failure, means unhealthy
     */
    default Mono<Health> health() {
        return Mono.just(Health.ok());
    }

    /** What the plugin can do beyond what its operations say, for people who choose one. Asked once, after {@code initialize}. */
    default List<Capability> capabilities() {
        return List.of();
    }

    /** The kinds of columns that the plugin can work with; empty: any. */
    default List<DataType> supportedDataTypes() {
        return List.of();
    }
}
