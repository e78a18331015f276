/**
 * Plugins, from the host's side: one verticle for each running instance, the reconciler, and {@link io.dataprism.host.PluginService}.
 */
@NullMarked
package io.dataprism.host;

import org.jspecify.annotations.NullMarked;
