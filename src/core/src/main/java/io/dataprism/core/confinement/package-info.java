/**
 * Plugins' processes, confined by the operating system: {@link io.dataprism.core.confinement.PluginProcess} is one child JVM,
 * {@link io.dataprism.core.confinement.PluginProcesses} starts them, {@link io.dataprism.core.confinement.HostDoor} is all
 * that a child can ask for.
 *
 * <p>{@link io.dataprism.core.confinement.ConfinedPluginProcesses} is the implementation for Linux. A child is started by a
 * thread that has first given up, for itself and all it starts, every file but the few a JVM needs, every socket and most
 * system calls; the child gives up programs and processes before it says hello, tries what is forbidden, and runs no byte of
 * the plugin until the host has read that all of it was refused. Nothing that a child sends is trusted: frames are parsed
 * strictly and batches are validated after they were copied.
 *
 * <p>{@link io.dataprism.core.confinement.ChildStarter} starts a process; {@link io.dataprism.core.confinement.ChildPool} keeps some that wait
 * for a plugin; {@link io.dataprism.core.confinement.PluginCaches} has class caches made of packages that are started again.
 * {@link io.dataprism.core.confinement.SharedMemory} is what large batches go through. Where the operator allows it and the machine has no
 * confinement, a child runs unconfined, at the level {@code jvm-only}.
 *
 * <p>Threads: per child one that started it and lives until it ends, one reader, one writer, one for standard error; one for
 * each child that waits for a plugin, and one that has class caches made.
 * Values come to callers on the reader, all other signals on virtual threads; calls of the door on the reader.
 */
@NullMarked
package io.dataprism.core.confinement;

import org.jspecify.annotations.NullMarked;
