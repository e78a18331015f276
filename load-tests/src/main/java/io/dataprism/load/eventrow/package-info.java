/**
 * The rows of {@code bench events}, and what they share: the service, the peers, and the load generators, which hold the subscribers.
 * Servers have one processor and generators another, where there are two. Rows block for minutes, one at a time.
 */
@NullMarked
package io.dataprism.load.eventrow;

import org.jspecify.annotations.NullMarked;
