package io.dataprism.load.traffic;

import io.dataprism.load.history.Item;
import io.dataprism.load.history.Recorder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/**
 * Follows topics at one gateway after another, each time from the cursor that it was told last. Its first one is fixed, so that followers
 * are spread. A connection over which nothing comes is given up. The event loop's.
 */
abstract class Follower {

    private static final long QUIET_MILLIS = 6_000;
    private static final long LOOK_MILLIS = 1_000;
    private static final long AGAIN_MILLIS = 100;

    private final Gateways gateways;
    private final Recorder recorder;
    private final String name;
    private final Promise<Void> ready = Promise.promise();
    private final long looks;
    private Gateway gateway;
    private String cursor = "";
    private long heardMillis;
    private int connection;
    private boolean ended;

    Follower(Gateways gateways, Recorder recorder, String name, Gateway first) {
        this.gateways = gateways;
        this.recorder = recorder;
        this.name = name;
        this.gateway = first;
        this.looks = gateways.vertx().setPeriodic(LOOK_MILLIS, timer -> look());
        recorder.follows(name);
    }

    /** Opens a connection and follows from a cursor; empty: from now on. */
    abstract void connect(Gateway at, String from, int number);

    /** Asks for a sign of life, where silence is none. */
    abstract void ask();

    /** Closes what {@link #connect} opened last. */
    abstract void disconnect();

    Gateways gateways() {
        return gateways;
    }

    /** Begins; completes when it is told what comes from then on. */
    Future<Void> begin() {
        open();
        return ready.future();
    }

    private void open() {
        heardMillis = recorder.nowMillis();
        connect(gateway, cursor, ++connection);
    }

    private void look() {
        if (!ended && recorder.nowMillis() - heardMillis > QUIET_MILLIS) {
            disconnect();
            lost(connection, "nothing came for " + QUIET_MILLIS + " ms");
        } else if (!ended) {
            ask();
        }
    }

    /** A connection has ended or did not come to be. */
    void lost(int number, String why) {
        if (ended || number != connection) {
            return;
        }
        connection++;
        gateways.isDown(gateway);
        gateway = gateways.next(Set.of(gateway)).orElse(gateway);
        recorder.told(name, new Item.Moved(recorder.nowMillis(), gateway.name(), why));
        gateways.vertx().setTimer(AGAIN_MILLIS, timer -> {
            if (!ended) {
                open();
            }
        });
    }

    /** A sign of life of a connection; whether it is the one that counts. */
    boolean heard(int number) {
        heardMillis = recorder.nowMillis();
        return number == connection && !ended;
    }

    /** It is followed from there on. */
    void isReady(String from) {
        if (cursor.isEmpty()) {
            cursor = from;
        }
        ready.tryComplete();
    }

    void event(String next, JsonObject event) {
        cursor = next;
        JsonObject data = event.getJsonObject("data");
        recorder.told(
                name,
                new Item.Event(
                        recorder.nowMillis(),
                        data.getInteger("p"),
                        data.getLong("n"),
                        event.getString("subject"),
                        event.getString("epoch"),
                        event.getString("sequence")));
    }

    void gap(JsonObject gap) {
        cursor = gap.getString("to");
        recorder.told(
                name,
                new Item.Gap(
                        recorder.nowMillis(),
                        gap.getString("reason", ""),
                        gap.getString("from", ""),
                        gap.getString("to", "")));
    }

    void end() {
        ended = true;
        gateways.vertx().cancelTimer(looks);
        disconnect();
    }
}
