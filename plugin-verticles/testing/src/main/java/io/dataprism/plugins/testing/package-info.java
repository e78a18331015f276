/**
 * What the tests of the bundled plugins share: a real engine in memory and a host around it. No part of the distribution.
 *
 * <p>Threads: what a test calls, it calls from one thread; events are delivered on the thread that publishes them. What a test
 * did not set up fails and says so.
 */
@NullMarked
package io.dataprism.plugins.testing;

import org.jspecify.annotations.NullMarked;
