package io.dataprism.gateway.live;

/** What an id stands for while it is open on a WebSocket. On the socket's event loop. */
interface SocketCall {

    /** The client's cumulative demand. */
    default void demand(long total) {}

    /** The socket can be written to again. */
    default void room() {}

    /** Gives it up and frees what it holds; nothing more is sent for it. Idempotent. */
    void cancel();

    /** Whether it would be sent something, and wants to be disconnected rather than to lag. */
    default boolean isStalled() {
        return false;
    }

    /** The peer has not read for too long: ends the connection, in its name. */
    default void closeTooSlow() {}

    /** Whether it counts as a subscription. */
    default boolean isSubscription() {
        return false;
    }
}
