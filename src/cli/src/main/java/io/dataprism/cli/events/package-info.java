/**
 * {@code ./dataprism events}: following what happens on a node, and publishing to it. Following goes on through restarts of the
 * node, each event once and in order; what is lost is said on standard error. Ctrl-C ends it with exit code 0.
 */
@NullMarked
package io.dataprism.cli.events;

import org.jspecify.annotations.NullMarked;
