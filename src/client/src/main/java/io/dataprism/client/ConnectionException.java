package io.dataprism.client;

import org.jspecify.annotations.Nullable;

/** The node could not be reached, broke its answer off, or spoke something else than the contract. */
public final class ConnectionException extends ClientException {

    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    ConnectionException(String message, boolean retryable, @Nullable Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    /** For what a later attempt may find in order. */
    static ConnectionException lost(String message, @Nullable Throwable cause) {
        return new ConnectionException(message, true, cause);
    }

    /** For what no attempt mends: one of the two sides is wrong. */
    static ConnectionException broken(String message, @Nullable Throwable cause) {
        return new ConnectionException(message, false, cause);
    }

    @Override
    public boolean retryable() {
        return retryable;
    }
}
