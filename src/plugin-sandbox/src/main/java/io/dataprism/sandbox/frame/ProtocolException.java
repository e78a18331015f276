package io.dataprism.sandbox.frame;

/** The peer sent what the protocol does not allow: the link ends, and a child is killed. */
public final class ProtocolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message what was found and what is legal */
    public ProtocolException(String message) {
        super(message);
    }

    /** The same, with what found it. */
    public ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
