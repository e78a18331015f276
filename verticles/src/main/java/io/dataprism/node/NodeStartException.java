package io.dataprism.node;

import org.jspecify.annotations.Nullable;

/** A node could not start. The message is one line that says what was found and what to do. */
public sealed class NodeStartException extends Exception permits StartEndedException {

    private static final long serialVersionUID = 1L;

    public NodeStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
