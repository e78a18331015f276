/**
 * The bundled plugin {@code scheduler}: operations of other plugins at intervals or by cron.
 *
 * <p>Once a second the plan of each {@link io.dataprism.plugins.scheduler.Task} is looked at. Runs are asynchronous; a task's state
 * is guarded by the task. Bounded: 200 tasks, one run of each at a time, two minutes a run.
 */
@NullMarked
package io.dataprism.plugins.scheduler;

import org.jspecify.annotations.NullMarked;
