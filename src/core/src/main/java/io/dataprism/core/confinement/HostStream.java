package io.dataprism.core.confinement;

/** A connection that the host has opened for a child. Any thread; nothing blocks. */
public interface HostStream {

    /** Begins to read: what comes goes to the receiver. Called once, first. */
    void start(Receiver receiver);

    /**
     * Sends bytes.
     *
     * @param bytes not copied
     * @param written called once they are out of this process, or will never be
     */
    void write(byte[] bytes, Runnable written);

    /** No more will be written; reading goes on. */
    void endOutput();

    /** Stops reading until {@link #resume}; what is on the way may still come. */
    void pause();

    /** Reads again. */
    void resume();

    /** Ends both directions and frees everything; again: nothing. */
    void close();

    /** Who is told what comes, one call at a time. */
    interface Receiver {

        /** Bytes came. */
        void onBytes(byte[] bytes);

        /** The other side will send no more. */
        void onEnd();

        /** The connection is broken; nothing else will come. */
        void onFailure(Throwable reason);
    }
}
