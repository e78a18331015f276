/**
 * What a plugin author compiles against.
 *
 * <h2>Words</h2>
 *
 * A <em>plugin</em> is a packaged, versioned piece of third-party code with a manifest
 * ({@code META-INF/dataprism/plugin.json}). It runs in a process of its own, confined by the operating system: it has no
 * sockets, no {@code /proc}, no environment, and no files but its own folder. Whatever else it needs it asks of the host
 * through {@link io.dataprism.plugin.PluginContext}, and the host answers only where the operator has granted it.
 *
 * <h2>Life</h2>
 *
 * The host makes one instance with the public no-argument constructor of the manifest's entry point, then calls, in this
 * order: {@code initialize} once, {@code configure} when the configuration is set or changes, {@code activate},
 * operations, {@code deactivate}, and {@code cleanup} once. {@code activate} and {@code deactivate} may alternate.
 * Nothing is called after {@code cleanup}.
 *
 * <h2>Threads</h2>
 *
 * Life-cycle methods are called one at a time. Operations are called from several threads at once and may block: each call
 * has a thread of its own. A {@link reactor.core.publisher.Flux} of batches is delivered one signal at a time.
 *
 * <h2>Ownership of batches</h2>
 *
 * A {@link io.dataprism.plugin.Batch} that a plugin receives is the plugin's to close; one that it emits is the host's from
 * then on.
 *
 * <h2>Failure</h2>
 *
 * An exception from any method fails that call alone, as {@code PLUGIN_FAILED} with the exception's message. Use
 * {@link io.dataprism.plugin.PluginException} to say what the caller can do.
 */
@NullMarked
package io.dataprism.plugin;

import org.jspecify.annotations.NullMarked;
