/**
 * The child's side: {@link io.dataprism.sandbox.child.ChildMain} confines the process, tells the host, and waits for
 * {@code go}; {@link io.dataprism.sandbox.child.ChildSession} then makes the plugin's instance and serves the host's calls.
 * {@link io.dataprism.sandbox.child.Rehearsal} is another main: what the build records for the cache that children start from; a child that waits for
 * its plugin plays it as well.
 *
 * <p>Threads: the main thread reads frames and runs nothing of the plugin; life-cycle calls have one thread, each operation
 * has one to itself, borrowed from a pool, and signals of streams come on pooled ones. Small frames are written by whoever sends them. All are daemons. The end of the pipe ends the process.
 */
@NullMarked
package io.dataprism.sandbox.child;

import org.jspecify.annotations.NullMarked;
