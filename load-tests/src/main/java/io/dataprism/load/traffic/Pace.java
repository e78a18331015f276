package io.dataprism.load.traffic;

import io.vertx.core.Vertx;
import java.util.function.LongConsumer;

/** Does something so many times a second, at times that are fixed beforehand, until it is ended. The event loop's. */
final class Pace {

    private static final long TICK_MILLIS = 2;
    private static final double NANOS_OF_A_SECOND = 1e9;

    private final Vertx vertx;
    private final double nanosOfOne;
    private final LongConsumer each;
    private final long began = System.nanoTime();
    private final long timer;
    private long done;

    /** Begins. @param each takes the number, from 0 */
    Pace(Vertx vertx, double perSecond, LongConsumer each) {
        this.vertx = vertx;
        this.nanosOfOne = NANOS_OF_A_SECOND / perSecond;
        this.each = each;
        this.timer = vertx.setPeriodic(TICK_MILLIS, tick -> due());
    }

    private void due() {
        long now = System.nanoTime();
        while (began + (long) (done * nanosOfOne) <= now) {
            each.accept(done++);
        }
    }

    void end() {
        vertx.cancelTimer(timer);
    }
}
