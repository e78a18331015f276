/**
 * The child's side: {@link io.dataprism.sandbox.child.ChildMain} confines the process, tells the host, and waits for
 * {@code go}; {@link io.dataprism.sandbox.child.ChildSession} then makes the plugin's instance and serves the host's calls.
 * {@link io.dataprism.sandbox.child.Rehearsal} is another main: what is recorded for the caches that children start from; a child that waits
 * for its plugin plays it as well.
 *
 * <p>Threads: the main thread writes what has no room in the pipe, and runs nothing of the plugin; those of operations read frames in turn
 * ({@link io.dataprism.sandbox.child.ReadingTurns}), and whoever reads a call performs it; life-cycle calls have one thread, and signals of
 * streams come on pooled ones. Small frames are written by whoever sends them. All but the main thread are daemons. The end of the pipe
 * ends the process.
 */
@NullMarked
package io.dataprism.sandbox.child;

import org.jspecify.annotations.NullMarked;
