package io.dataprism.gateway.live;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.gateway.LiveLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is open on one WebSocket, by id. On the socket's event loop. */
final class SocketCalls {

    private final LiveLimits limits;
    private final Map<String, SocketCall> open = new LinkedHashMap<>();
    private int turn;

    SocketCalls(LiveLimits limits) {
        this.limits = limits;
    }

    /** Fails with {@code REQUEST_INVALID} for an id that is open, and {@code QUOTA_EXCEEDED} where there are too many. */
    void open(String id, SocketCall call) {
        requireFree(id, call.isSubscription());
        open.put(id, call);
    }

    void requireFree(String id, boolean subscription) {
        if (open.containsKey(id)) {
            throw Requests.invalid("The id '" + id + "' is open already.", "Use another, or end that one first.");
        }
        long alike = open.values().stream()
                .filter(other -> other.isSubscription() == subscription)
                .count();
        int limit = subscription ? limits.subscriptionsPerConnection() : limits.callsPerConnection();
        if (alike >= limit) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "This connection has " + alike + (subscription ? " subscriptions" : " calls") + " open; at most "
                            + limit + " are taken.",
                    "End one first, name several topics in one subscription, or open another connection.");
        }
    }

    /** Fails with {@code NOT_FOUND}. */
    SocketCall get(String id) {
        SocketCall call = open.get(id);
        if (call == null) {
            throw new DataPrismException(
                    ErrorCode.NOT_FOUND, "Nothing is open under the id '" + id + "'.", "It may have ended by itself.");
        }
        return call;
    }

    /** Whether it was open; then it is no more. */
    boolean close(String id, @Nullable SocketCall call) {
        return call != null && open.remove(id, call);
    }

    /** Cancels it; fails with {@code NOT_FOUND}. */
    void cancel(String id) {
        get(id).cancel();
        open.remove(id);
    }

    /** Everyone in turn, beginning with another each time, so that none takes all the room. */
    void room() {
        List<SocketCall> calls = new ArrayList<>(open.values());
        if (!calls.isEmpty()) {
            Collections.rotate(calls, turn++);
            calls.forEach(SocketCall::room);
        }
    }

    /** One that wants to be disconnected, now that the peer has not read for long. */
    @Nullable
    SocketCall stalled() {
        return open.values().stream().filter(SocketCall::isStalled).findFirst().orElse(null);
    }

    void cancelAll() {
        List<SocketCall> calls = new ArrayList<>(open.values());
        open.clear();
        calls.forEach(SocketCall::cancel);
    }
}
