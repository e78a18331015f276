package io.dataprism.load.service;

import io.dataprism.load.measure.Samples;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls an operation over HTTP at times that are fixed beforehand, whether or not there were answers. One thread of its own sends and
 * reads, on as many connections as it takes.
 */
public final class OpenLoop implements AutoCloseable {

    private static final int CONNECTIONS = 512;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final double NANOS_OF_A_MILLI = 1e6;
    private static final double NANOS_OF_A_SECOND = 1e9;
    private static final double TAIL = 99;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient client;
    private final RequestOptions request;
    private final Buffer body;

    public OpenLoop(PluginsOfService.Target target) {
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(true), new PoolOptions().setHttp1MaxSize(CONNECTIONS));
        this.request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(target.port())
                .setURI(target.path())
                .putHeader("Authorization", "Bearer " + target.token())
                .putHeader("Content-Type", "application/json");
        this.body = Buffer.buffer(target.body());
    }

    /**
     * What became of the calls of a round.
     *
     * @param lost calls that had no answer 15 s after the last one was sent
     * @param firstFailure what was answered to the first that failed; empty: none did
     * @param answersPerSecond good answers by the time from the first call to the last answer
     */
    public record Found(
            long sent,
            long failed,
            long lost,
            String firstFailure,
            double longestGapMillis,
            double answersPerSecond,
            double medianMillis,
            double tailMillis) {}

    /** Begins a round. */
    public Running begin(int perSecond, Duration time) {
        Running running = new Running(perSecond, time);
        vertx.runOnContext(go -> running.start());
        return running;
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** A round under way. Its fields belong to the one event loop. */
    public final class Running {

        private final long total;
        private final double nanosOfACall;
        private final CompletableFuture<Void> over = new CompletableFuture<>();
        private final List<Double> millis = new ArrayList<>();
        private long start;
        private long sent;
        private long failed;
        private long answered;
        private long lastAnswer;
        private long longestGap;
        private String firstFailure = "";

        private Running(int perSecond, Duration time) {
            this.total = perSecond * time.toMillis() / 1000;
            this.nanosOfACall = NANOS_OF_A_SECOND / perSecond;
        }

        private void start() {
            start = System.nanoTime();
            lastAnswer = start;
            vertx.setPeriodic(1, timer -> {
                while (sent < total && dueAt(sent) <= System.nanoTime()) {
                    send(dueAt(sent++));
                }
                if (sent == total) {
                    vertx.cancelTimer(timer);
                }
            });
        }

        private long dueAt(long call) {
            return start + (long) (call * nanosOfACall);
        }

        private void send(long due) {
            client.request(request)
                    .compose(call -> call.send(body))
                    .compose(answer -> answer.body()
                            .map(text -> answer.statusCode() == 200 ? "" : answer.statusCode() + " " + text))
                    .onComplete(answer ->
                            answered(due, answer.succeeded() ? answer.result() : String.valueOf(answer.cause())));
        }

        private void answered(long due, String problem) {
            long now = System.nanoTime();
            answered++;
            if (problem.isEmpty()) {
                millis.add((now - due) / NANOS_OF_A_MILLI);
                longestGap = Math.max(longestGap, now - lastAnswer);
                lastAnswer = now;
            } else {
                failed++;
                firstFailure = firstFailure.isEmpty() ? problem : firstFailure;
            }
            if (answered == total) {
                over.complete(null);
            }
        }

        /** Waits until so much time has gone by since now. Blocks. */
        public void after(Duration time) throws Exception {
            CompletableFuture<Void> come = new CompletableFuture<>();
            vertx.setTimer(time.toMillis(), timer -> come.complete(null));
            come.get(time.plus(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        }

        /** Waits for the last answer, bounded, and answers what was found. Blocks. */
        public Found end() throws InterruptedException, ExecutionException, TimeoutException {
            long left = (long) (total * nanosOfACall / NANOS_OF_A_MILLI) + PATIENCE.toMillis();
            try {
                over.get(left, TimeUnit.MILLISECONDS);
            } catch (TimeoutException lost) {
                // they are counted
            }
            CompletableFuture<Found> found = new CompletableFuture<>();
            vertx.runOnContext(go -> found.complete(found()));
            return found.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        private Found found() {
            Samples times = Samples.of(millis.isEmpty() ? List.of(Double.NaN) : millis);
            return new Found(
                    sent,
                    failed,
                    total - answered,
                    firstFailure,
                    longestGap / NANOS_OF_A_MILLI,
                    millis.size() * NANOS_OF_A_SECOND / Math.max(1, lastAnswer - start),
                    times.median(),
                    times.percentile(TAIL));
        }
    }
}
