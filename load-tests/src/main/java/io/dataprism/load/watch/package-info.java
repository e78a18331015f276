/**
 * A process that is looked at again and again for a long time, and whether it came to rest: memory after a collection, descriptors,
 * threads. A thread of its own looks; what fails to be looked at is told on standard error and left out.
 */
@NullMarked
package io.dataprism.load.watch;

import org.jspecify.annotations.NullMarked;
