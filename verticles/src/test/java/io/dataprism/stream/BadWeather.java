package io.dataprism.stream;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.Random;

/** What arrives at a node may be lost, come twice or come late; or from some message on, nothing arrives any more. */
final class BadWeather {

    private static final int LONGEST_DELAY_MILLIS = 30;

    private final Vertx vertx;
    private Random random = new Random(0);
    private int lossPercent;
    private int repetitionPercent;
    private int delayPercent;
    private int silentAfter = Integer.MAX_VALUE;
    private int seen;

    BadWeather(Vertx vertx) {
        this.vertx = vertx;
        vertx.eventBus().<Object>addInboundInterceptor(this::arrive);
    }

    synchronized void set(long seed, int loss, int repetition, int delay, int silentAfterMessages) {
        random = new Random(seed);
        lossPercent = loss;
        repetitionPercent = repetition;
        delayPercent = delay;
        silentAfter = silentAfterMessages;
        seen = 0;
    }

    void clear() {
        set(0, 0, 0, 0, Integer.MAX_VALUE);
    }

    private synchronized void arrive(DeliveryContext<Object> delivery) {
        if (!(delivery.message().body() instanceof StreamMessage message)) {
            delivery.next();
            return;
        }
        seen++;
        if (seen > silentAfter || chance(lossPercent)) {
            return;
        }
        if (chance(repetitionPercent)) {
            String address = delivery.message().address();
            vertx.setTimer(
                    1 + random.nextInt(LONGEST_DELAY_MILLIS),
                    timer -> vertx.eventBus()
                            .send(address, message, new DeliveryOptions().setCodecName(StreamMessageCodec.NAME)));
        }
        if (chance(delayPercent)) {
            vertx.setTimer(1 + random.nextInt(LONGEST_DELAY_MILLIS), timer -> delivery.next());
        } else {
            delivery.next();
        }
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
