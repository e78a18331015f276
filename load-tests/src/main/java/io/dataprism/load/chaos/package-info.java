/**
 * Trouble for a cluster while clients use it: a {@link io.dataprism.load.chaos.FaultLab} has the cluster with its plugins, a {@link
 * io.dataprism.load.chaos.Trial} is one run under load that is judged in the end, a {@link io.dataprism.load.chaos.Schedule} is what goes
 * wrong, from a seed.
 */
@NullMarked
package io.dataprism.load.chaos;

import org.jspecify.annotations.NullMarked;
