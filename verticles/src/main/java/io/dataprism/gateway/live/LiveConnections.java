package io.dataprism.gateway.live;

import io.dataprism.gateway.Authenticator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The event streams and WebSockets that are open on this node. Any thread. */
public final class LiveConnections {

    /** Why the node ends a connection. */
    enum Ending {
        DRAINING,
        TOKEN_ENDED
    }

    /** One of them. */
    interface Connection {

        /** Ends it, soon, on its own event loop. Any thread; idempotent. */
        void end(Ending why);

        /** Whether it was opened with such credentials. Any thread. */
        boolean isOf(Predicate<Authenticator.Identity> identity);
    }

    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    void add(Connection connection) {
        open.add(connection);
        if (draining) {
            connection.end(Ending.DRAINING);
        }
    }

    void remove(Connection connection) {
        open.remove(connection);
    }

    /** Ends all, and every one that comes later: streams with their last chunk, WebSockets with 1012. */
    public void drain() {
        draining = true;
        open.forEach(connection -> connection.end(Ending.DRAINING));
    }

    boolean isDraining() {
        return draining;
    }

    /** Ends those that were opened with certain credentials, which were revoked. */
    public void endOf(Predicate<Authenticator.Identity> identity) {
        open.forEach(connection -> {
            if (connection.isOf(identity)) {
                connection.end(Ending.TOKEN_ENDED);
            }
        });
    }

    /** How many there are. */
    public int count() {
        return open.size();
    }
}
