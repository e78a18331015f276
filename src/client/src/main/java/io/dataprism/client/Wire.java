package io.dataprism.client;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;

/** The outer edge: WebSockets of {@code dataprism.v1}. */
interface Wire {

    /**
     * Opens one. Does not block.
     *
     * @param token sent as {@code Authorization: Bearer}
     * @return fails with {@link ProblemException} where the node refused the upgrade, with {@link ConnectionException}
     *     where none is reached within the limit
     */
    CompletionStage<Line> open(String token, Listener listener);

    /** An open one. Methods are called one at a time and do not block. */
    interface Line {

        /** Sends a text frame. Only when what was sent before has completed. */
        CompletionStage<?> send(String frame);

        /** Ends it at once; nothing is heard of it any more, but for what is on its way to the listener. */
        void end();
    }

    /** Told of what comes, one call at a time. */
    interface Listener {

        /** Something came, be it a part of a frame. Any thread may be told. */
        void heard();

        /** A whole text frame. */
        void text(String frame);

        /** A whole binary frame; the buffer is the listener's. */
        void binary(ByteBuffer frame);

        /** The node closed it. Nothing comes after. */
        void closed(int code, String reason);

        /** It broke. Nothing comes after. */
        void broken(Throwable failure);
    }
}
