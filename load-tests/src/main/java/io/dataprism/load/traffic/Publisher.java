package io.dataprism.load.traffic;

import io.dataprism.load.history.Call;
import io.dataprism.load.history.Publication;
import io.dataprism.load.history.Recorder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;

/** Publishes one event after the other, each when the one before was answered and it is its time. The event loop's. */
final class Publisher {

    private static final long BEHIND_MILLIS = 1_000;
    private static final double MILLIS_OF_A_SECOND = 1e3;

    private final Gateways gateways;
    private final Recorder recorder;
    private final long limitMillis;
    private final int number;
    private final String topic;
    private final double millisOfOne;
    private final Promise<Void> over = Promise.promise();
    private double due;
    private long next;
    private boolean ended;

    Publisher(Gateways gateways, Recorder recorder, long limitMillis, int number, String topic, double perSecond) {
        this.gateways = gateways;
        this.recorder = recorder;
        this.limitMillis = limitMillis;
        this.number = number;
        this.topic = topic;
        this.millisOfOne = MILLIS_OF_A_SECOND / perSecond;
        this.due = recorder.nowMillis();
    }

    void begin() {
        long wait = (long) due - recorder.nowMillis();
        if (wait < -BEHIND_MILLIS) {
            due = recorder.nowMillis(); // a machine that cannot keep up is not to be buried
        }
        if (ended) {
            over.tryComplete();
        } else if (wait > 0) {
            gateways.vertx().setTimer(wait, timer -> begin());
        } else {
            due += millisOfOne;
            publish(next++);
        }
    }

    private void publish(long event) {
        Buffer body = Buffer.buffer("{\"data\":{\"p\":" + number + ",\"n\":" + event + "}}");
        Asking.Question question = new Asking.Question(
                Call.Kind.PUBLISH,
                "event " + event + " of publisher " + number,
                HttpMethod.POST,
                "/v1/events/" + topic,
                body,
                answer -> answer.toString().contains("cursor"));
        Asking.ask(gateways, recorder, question, limitMillis).onSuccess(call -> {
            recorder.published(new Publication(number, event, topic, call.atMillis(), call.isAnswered()));
            gateways.vertx().runOnContext(go -> begin());
        });
    }

    /** Publishes no more; the future completes when the last one was answered. */
    Future<Void> end() {
        ended = true;
        return over.future();
    }
}
