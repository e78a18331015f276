/**
 * Processes that a measurement starts: each JVM that matters is its own. They are asked over their standard input, one JSON line for
 * one answer, and end with the bench, even when that is killed: their input closes.
 */
@NullMarked
package io.dataprism.load.child;

import org.jspecify.annotations.NullMarked;
