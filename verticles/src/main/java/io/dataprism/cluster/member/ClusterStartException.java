package io.dataprism.cluster.member;

import org.jspecify.annotations.Nullable;

/** A process could not become a member of a cluster. The message is one line that says what was found and what to do. */
public final class ClusterStartException extends Exception {

    private static final long serialVersionUID = 1L;

    public ClusterStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
