package io.dataprism.client;

import org.jspecify.annotations.Nullable;

/** What ends a call or a stream of the client: the node's own problem, a connection that is none, or a gap that nobody takes. */
public abstract sealed class ClientException extends RuntimeException
        permits ProblemException, ConnectionException, GapException {

    private static final long serialVersionUID = 1L;

    ClientException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the same call may succeed later without anybody's doing. */
    public abstract boolean retryable();
}
