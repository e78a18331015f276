package io.dataprism.node;

/** The node was told to end while it started, and has: nothing of it is left. */
public final class StartEndedException extends NodeStartException {

    private static final long serialVersionUID = 1L;

    StartEndedException() {
        super("the node was told to end before it had started.", null);
    }
}
