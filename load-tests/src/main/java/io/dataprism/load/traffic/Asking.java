package io.dataprism.load.traffic;

import io.dataprism.load.history.Call;
import io.dataprism.load.history.Recorder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One request until its end, at as many gateways as it takes. The event loop's.
 *
 * <p>What was not sent may be sent elsewhere; so may what was, where it can be repeated; an answer is an answer, but for a quota that is used
 * up, after which a client waits.
 */
final class Asking {

    private static final long ROUND_MILLIS = 250;
    /** A start, on a machine that is busy. */
    private static final long PATIENCE_MILLIS = 45_000;

    private final Gateways gateways;
    private final Recorder recorder;
    private final Question question;
    private final long limitMillis;
    private final long began;
    private final Promise<Call> over = Promise.promise();
    private final Set<Gateway> tried = new HashSet<>();
    private String where = "none";
    private long sentAt;

    private Asking(Gateways gateways, Recorder recorder, Question question, long limitMillis) {
        this.gateways = gateways;
        this.recorder = recorder;
        this.question = question;
        this.limitMillis = limitMillis;
        this.began = recorder.nowMillis();
        this.sentAt = began;
    }

    /**
     * What is asked.
     *
     * @param isRight whether an answer with a good status is that to this question
     */
    record Question(
            Call.Kind kind, String what, HttpMethod method, String path, Buffer body, Predicate<Buffer> isRight) {

        private boolean mayRepeat() {
            return kind == Call.Kind.IDEMPOTENT || kind == Call.Kind.QUERY;
        }
    }

    /**
     * Asks, and takes down what came of it; the future never fails.
     *
     * @param limitMillis within which the answer of one gateway must come; the client waits half as long again, to see how late it is
     */
    static Future<Call> ask(Gateways gateways, Recorder recorder, Question question, long limitMillis) {
        Asking asking = new Asking(gateways, recorder, question, limitMillis);
        asking.next("");
        return asking.over.future();
    }

    private void next(String why) {
        Optional<Gateway> next = gateways.next(tried);
        if (next.isPresent()) {
            if (!why.isEmpty()) {
                recorder.moved(question.what, where, next.get().name(), why);
            }
            tried.add(next.get());
            where = next.get().name();
            sentAt = recorder.nowMillis();
            gateways.send(next.get(), question.method, question.path, question.body, limitMillis + limitMillis / 2)
                    .onSuccess(reply -> ended(next.get(), reply));
        } else if (isPatient()) {
            // all of them refuse: a client comes back
            tried.clear();
            gateways.vertx().setTimer(ROUND_MILLIS, timer -> next(why));
        } else {
            end(new Call.Refused(0, Call.NO_GATEWAY, true, why));
        }
    }

    private void ended(Gateway gateway, Reply reply) {
        switch (reply) {
            case Reply.Answer answer when answer.isDraining() -> leave(gateway, "it is draining");
            case Reply.Answer answer
            when answer.isToWait() && question.mayRepeat() && isPatient() -> {
                recorder.moved(question.what, where, where, "told to wait");
                tried.clear();
                gateways.vertx().setTimer(ROUND_MILLIS, timer -> next(""));
            }
            case Reply.Answer answer -> end(outcome(answer));
            case Reply.Refused refused -> leave(gateway, refused.why());
            case Reply.Broken broken when question.mayRepeat() -> leave(gateway, broken.why());
            case Reply.Broken broken -> {
                gateways.isDown(gateway);
                end(new Call.Broken(broken.why()));
            }
            case Reply.Late late -> end(new Call.Silent());
        }
    }

    private boolean isPatient() {
        return recorder.nowMillis() - began < PATIENCE_MILLIS;
    }

    private void leave(Gateway gateway, String why) {
        gateways.isDown(gateway);
        next(why);
    }

    private Call.Outcome outcome(Reply.Answer answer) {
        if (answer.status() < 300) {
            return question.isRight.test(answer.body())
                    ? new Call.Answered()
                    : new Call.Wrong(answer.body().toString());
        }
        JsonObject problem = answer.problem();
        return new Call.Refused(
                answer.status(),
                problem.getString("code", ""),
                problem.getBoolean("retryable", false),
                problem.getString("detail", ""));
    }

    private void end(Call.Outcome outcome) {
        long now = recorder.nowMillis();
        Call call =
                new Call(question.kind, question.what, began, now - began, now - sentAt, limitMillis, where, outcome);
        recorder.ended(call);
        over.complete(call);
    }
}
