package io.dataprism.sandbox.frame;

/** One call and all that belongs to it, as one side sees it. Called by the link's reader, which must not be blocked. */
public interface Exchange {

    /**
     * A frame of this exchange arrived.
     *
     * @throws ProtocolException where the protocol does not allow it now: the link ends
     */
    void onFrame(Frame frame);

    /** The link has ended. Called at most once, by any thread. */
    void onLinkEnded(Throwable reason);
}
