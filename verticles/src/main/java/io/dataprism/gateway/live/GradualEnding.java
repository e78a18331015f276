package io.dataprism.gateway.live;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections of a node that drains, in slices of uneven size and in no order, evenly over some time: 5 ms for each of them,
 * within a limit. On the context that starts it.
 */
final class GradualEnding {

    private static final Logger LOG = LoggerFactory.getLogger(GradualEnding.class);
    private static final long SLICE_MILLIS = 50;
    private static final long EACH_MILLIS = 5;

    private final List<LiveConnections.Connection> left;
    private final Duration longest;
    private final long takesMillis;
    private final long beganNanos = System.nanoTime();
    private final Promise<Void> done = Promise.promise();
    private int ended;
    private long passedMillis;

    GradualEnding(Collection<LiveConnections.Connection> open, Duration longest) {
        this.longest = longest;
        this.left = new ArrayList<>(open);
        Collections.shuffle(left);
        this.takesMillis = Math.min(longest.toMillis(), EACH_MILLIS * left.size());
    }

    Future<Void> start(Vertx vertx) {
        if (left.isEmpty()) {
            return Future.succeededFuture();
        }
        nextSlice(vertx);
        return done.future();
    }

    /** Each slice has its time from the one before, so a node that is busy does not make up for lost ones all at once. */
    private void nextSlice(Vertx vertx) {
        vertx.setTimer(SLICE_MILLIS, timer -> {
            passedMillis += SLICE_MILLIS;
            slice();
            if (ended == left.size()) {
                done.complete();
            } else {
                nextSlice(vertx);
            }
        });
    }

    private void slice() {
        boolean over = passedMillis >= takesMillis || System.nanoTime() - beganNanos >= longest.toNanos();
        long until = passedMillis + ThreadLocalRandom.current().nextLong(SLICE_MILLIS);
        long due = over ? left.size() : Math.min(left.size(), left.size() * until / takesMillis);
        while (ended < due) {
            try {
                left.get(ended++).end(LiveConnections.Ending.DRAINING);
            } catch (RuntimeException failure) {
                LOG.warn("A connection could not be ended", failure);
            }
        }
    }
}
