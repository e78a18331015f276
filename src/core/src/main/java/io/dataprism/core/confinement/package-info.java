/**
 * Plugins' processes, confined by the operating system: {@link io.dataprism.core.confinement.PluginProcess} is one child JVM,
 * {@link io.dataprism.core.confinement.PluginProcesses} starts them, {@link io.dataprism.core.confinement.HostDoor} is all
 * that a child can ask for.
 */
@NullMarked
package io.dataprism.core.confinement;

import org.jspecify.annotations.NullMarked;
