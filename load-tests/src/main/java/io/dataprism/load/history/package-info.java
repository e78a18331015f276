/**
 * What clients saw of a cluster while it had trouble, and what must hold of it: a {@link io.dataprism.load.history.Recorder} takes it
 * down, a {@link io.dataprism.load.history.History} has it, each {@link io.dataprism.load.history.Invariant} looks through it. Nothing
 * here knows of nodes, HTTP or time: histories can be written by hand, and those that violate an invariant are its tests.
 */
@NullMarked
package io.dataprism.load.history;

import org.jspecify.annotations.NullMarked;
