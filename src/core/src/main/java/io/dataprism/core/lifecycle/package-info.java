/**
 * The life of a plugin: {@link io.dataprism.core.lifecycle.PluginState} has a record for each state, with exits only where
 * they are legal; {@link io.dataprism.core.lifecycle.RestartBackoff} says when a crashed plugin is started again.
 *
 * <p>States are immutable. One owner (the reconciler) holds the current one of each plugin and alone replaces it.
 */
@NullMarked
package io.dataprism.core.lifecycle;

import org.jspecify.annotations.NullMarked;
