package io.dataprism.client;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;

/**
 * One reader of events: how far it has come, and what it may be sent. The reader's demand is the node's credit: what is on its
 * way or waits is never more than what was asked for, nor than the window. On the connection's loop, but for the outlet.
 */
final class Follower {

    /** What the reader does concerns its connection. Called on any thread. */
    interface Connection {

        void wanted(Follower follower);

        void left(Follower follower);
    }

    private final String id;
    private final Subscription subscription;
    private final Outlet<Signal> outlet;
    private final Counters counters;
    private final SeenSequences seen = new SeenSequences();
    private @Nullable String cursor;
    private long signals;
    private long eventsOfConnection;
    private long creditOfConnection;

    Follower(
            String id,
            Subscription subscription,
            Subscriber<? super Signal> reader,
            Executor threads,
            Connection connection,
            Counters counters) {
        this.id = id;
        this.subscription = subscription;
        this.cursor = subscription.cursor();
        this.counters = counters;
        // an event of the window may have a gap before it
        this.outlet = new Outlet<>(
                reader,
                2 * subscription.windowEvents() + 2,
                threads,
                new Outlet.Source() {
                    @Override
                    public void wanted() {
                        connection.wanted(Follower.this);
                    }

                    @Override
                    public void cancelled() {
                        connection.left(Follower.this);
                    }
                },
                left -> {});
    }

    String id() {
        return id;
    }

    Outlet<Signal> outlet() {
        return outlet;
    }

    /** The frame that begins it on a connection, behind the last signal that came. */
    String subscribe() {
        eventsOfConnection = 0;
        creditOfConnection = wanted();
        ObjectNode frame =
                Answers.JSON.createObjectNode().put("op", "subscribe").put("id", id);
        ArrayNode topics = frame.putArray("topics");
        subscription.topics().forEach(topics::add);
        if (cursor == null) {
            frame.put("from", subscription.start().text());
        } else {
            frame.put("cursor", cursor);
        }
        return frame.put("demand", creditOfConnection)
                .put("overflow", subscription.overflow().text())
                .toString();
    }

    /** The frame that lets the node send more; null where it may send enough already. */
    @Nullable
    String demand() {
        long total = eventsOfConnection + wanted();
        long left = creditOfConnection - eventsOfConnection;
        if (wanted() == 0 || total <= creditOfConnection || left > subscription.windowEvents() / 2) {
            return null;
        }
        creditOfConnection = total;
        return Answers.JSON
                .createObjectNode()
                .put("op", "demand")
                .put("id", id)
                .put("total", total)
                .toString();
    }

    /** Events that the reader has asked for and that have a place. */
    private long wanted() {
        long room = subscription.windowEvents() - outlet.waiting();
        long asked = outlet.requested() - signals;
        return Math.max(0, Math.min(room, asked));
    }

    String unsubscribe() {
        return Answers.JSON
                .createObjectNode()
                .put("op", "unsubscribe")
                .put("id", id)
                .toString();
    }

    /** The node has begun: from here nothing is missed, also where the connection breaks before the first event. */
    void begun(String begunCursor) {
        if (cursor == null) {
            cursor = begunCursor;
        }
    }

    void take(Event event) {
        eventsOfConnection++;
        cursor = event.cursor();
        if (seen.isNew(event)) {
            pass(event);
        } else {
            counters.duplicate();
        }
    }

    void take(Gap gap) {
        cursor = gap.to();
        counters.gap();
        pass(gap);
    }

    private void pass(Signal signal) {
        signals++;
        if (!outlet.offer(signal)) {
            throw ConnectionException.broken(
                    "The node sent more events than '" + id + "' had demanded: it keeps another contract.", null);
        }
    }

    /** Ends it, behind what came. */
    void fail(ClientException cause) {
        outlet.end(cause);
    }
}
