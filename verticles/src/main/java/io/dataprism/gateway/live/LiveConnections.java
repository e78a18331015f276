package io.dataprism.gateway.live;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Principal;
import io.dataprism.gateway.Authenticator;
import io.dataprism.gateway.connection.ConnectionLimits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** The event streams and WebSockets that are open on this node, and how many each user may have. Any thread. */
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

    /** After so long without reading, though there is something to read, a peer is cut off. */
    private static final Duration STALL = Duration.ofSeconds(30);

    private final int mostOfUser;
    private final Duration stall;
    private final Map<String, Integer> placesOfUser = new ConcurrentHashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /** With the usual number for each user. */
    public LiveConnections() {
        this(ConnectionLimits.defaults().liveConnectionsPerUser());
    }

    /** @param mostOfUser connections that one user may have */
    public LiveConnections(int mostOfUser) {
        this(mostOfUser, STALL);
    }

    /** @param stall how long a peer may read nothing though there is something for it */
    LiveConnections(int mostOfUser, Duration stall) {
        this.mostOfUser = mostOfUser;
        this.stall = stall;
    }

    /** Whether a peer that has had no room since then is to be cut off. @param fullSinceMillis 0: it has room */
    boolean isStalled(long fullSinceMillis, long nowMillis) {
        return fullSinceMillis > 0 && nowMillis - fullSinceMillis > stall.toMillis();
    }

    /** A user's place. Whoever has one gives it back when the connection is over, once or more often. */
    final class Place implements AutoCloseable {

        private final String user;
        private final AtomicBoolean taken = new AtomicBoolean(true);

        private Place(String user) {
            this.user = user;
        }

        @Override
        public void close() {
            if (taken.compareAndSet(true, false)) {
                placesOfUser.computeIfPresent(user, (same, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    /**
     * Takes a place for a connection of a user's, before anything is done for it.
     *
     * @throws DataPrismException {@code OVERLOADED} where the user has as many as one may have; the others go on
     */
    Place admit(Principal.User user) {
        String uri = user.uri();
        boolean[] taken = {false};
        placesOfUser.compute(uri, (same, count) -> {
            int now = count == null ? 0 : count;
            taken[0] = now < mostOfUser;
            return taken[0] ? Integer.valueOf(now + 1) : count;
        });
        if (!taken[0]) {
            refused.incrementAndGet();
            throw new DataPrismException(
                    ErrorCode.OVERLOADED,
                    "The user '" + user.sub() + "' has " + mostOfUser
                            + " event streams and WebSockets open on this node, as many as one may have.",
                    "Close some of them, follow more topics on one, or connect to another node.");
        }
        return new Place(uri);
    }

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

    /**
     * The same, but not all in one moment: they come back somewhere else as they are ended here. Few are ended sooner.
     *
     * @return succeeds when all were told to end
     */
    public Future<Void> drain(Vertx vertx, Duration longest) {
        draining = true;
        return new GradualEnding(open, longest).start(vertx);
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

    /** How many were refused since the start, because their user had as many as one may have. */
    public long refused() {
        return refused.get();
    }
}
