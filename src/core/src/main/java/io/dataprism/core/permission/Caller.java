package io.dataprism.core.permission;

import org.jspecify.annotations.Nullable;

/**
 * Who speaks, and on whose behalf: a user calls plugin A, A calls B, B asks the engine. What may be done is what every link
 * of the chain may do.
 *
 * @param principal who speaks
 * @param onBehalfOf whose call the speaker is serving; null where it acts of its own accord
 */
public record Caller(Principal principal, @Nullable Caller onBehalfOf) {

    /** A chain longer than this is refused: plugins that call each other in a circle end here. */
    public static final int DEPTH_LIMIT = 8;

    /** One who acts of its own accord. */
    public static Caller of(Principal principal) {
        return new Caller(principal, null);
    }

    /** The number of principals in the chain, at least 1. */
    public int depth() {
        return onBehalfOf == null ? 1 : 1 + onBehalfOf.depth();
    }

    /** The last link: who began it all. */
    public Principal origin() {
        return onBehalfOf == null ? principal : onBehalfOf.origin();
    }
}
