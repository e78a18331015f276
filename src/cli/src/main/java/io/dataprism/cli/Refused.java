package io.dataprism.cli;

/** A command was tried and refused: what to print on standard error, and exit code 1. */
public final class Refused extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param message what was refused and what to do, in one line or a few
     */
    public Refused(String message) {
        super(message);
    }
}
