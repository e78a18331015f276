package io.dataprism.sandbox.kernel;

/** The kernel refused, or does not know, a call that confinement needs. */
public final class KernelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message the call, what was found and what is needed */
    public KernelException(String message) {
        super(message);
    }
}
