/**
 * The bundled plugin {@code error-handler}: errors as events tell of them, grouped, retried, or kept as dead letters.
 *
 * <p>Every collection is bounded and guarded by the object that holds it. Threads: events come on the sandbox's threads, retries on
 * the plugin's timer, operations on theirs. Nothing that an event says is trusted: a retry by itself is made only where the one
 * who published the event could have made the call.
 */
@NullMarked
package io.dataprism.plugins.errors;

import org.jspecify.annotations.NullMarked;
