package io.dataprism.node;

import org.jspecify.annotations.Nullable;

/** A node could not start. The message is one line that says what was found and what to do. */
public final class NodeStartException extends Exception {

    private static final long serialVersionUID = 1L;

    public NodeStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
