package io.dataprism.cli;

/** A command cannot be begun: one line that says why and what to do, and exit code 2. */
public final class CannotBegin extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param message why, and what to do, in one line
     */
    public CannotBegin(String message) {
        super(message);
    }
}
