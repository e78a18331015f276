package io.dataprism.load.traffic;

import io.dataprism.load.history.Call;
import io.dataprism.load.history.Change;
import io.dataprism.load.history.Recorder;
import io.dataprism.load.measure.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** All clients of a {@link Load}. Begins with {@link #begin}, and blocks there and in {@link #end}, bounded. */
public final class Traffic implements AutoCloseable {

    private static final long LOOP_SECONDS = 60;
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int FRAME_BYTES = 1 << 20;
    private static final String TOPIC = "load:";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Load load;
    private final Recorder recorder;
    private final List<Gateway> all;
    private final Gateways gateways;
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();
    private final List<Pace> paces = new ArrayList<>();
    private long open;
    private boolean changing;
    private boolean closed;

    private Traffic(Load load, List<Gateway> all, String token, Recorder recorder) {
        this.load = load;
        this.recorder = recorder;
        this.all = all;
        this.gateways = new Gateways(vertx, all, token);
    }

    /** Followers first, then everybody else. @param token good at all gateways */
    public static Traffic begin(Load load, List<Gateway> all, String token, Recorder recorder) throws Exception {
        Traffic traffic = new Traffic(load, all, token, recorder);
        try {
            traffic.onLoop(traffic::follow);
            traffic.onLoop(traffic::work);
            return traffic;
        } catch (Exception failed) {
            traffic.close();
            throw failed;
        }
    }

    /** Does something on the event loop and waits for what it answers. */
    private void onLoop(Supplier<Future<?>> work) throws Exception {
        Promise<Object> done = Promise.promise();
        vertx.runOnContext(go -> work.get().<Object>mapEmpty().onComplete(done));
        done.future().toCompletionStage().toCompletableFuture().get(LOOP_SECONDS, TimeUnit.SECONDS);
    }

    private Future<?> follow() {
        gateways.probe();
        WebSocketClient sockets =
                vertx.createWebSocketClient(new WebSocketClientOptions().setMaxMessageSize(FRAME_BYTES));
        List<Future<Void>> ready = new ArrayList<>();
        for (int each = 0; each < load.followers(); each++) {
            Gateway first = all.get(each % all.size());
            // of each four one uses server-sent events
            Follower follower = each % 4 == 3
                    ? new SseFollower(gateways, recorder, "sse-" + each, first, TOPIC + "*")
                    : new SocketFollower(gateways, recorder, "socket-" + each, first, sockets, TOPIC + "*");
            followers.add(follower);
            ready.add(follower.begin());
        }
        return Future.all(ready);
    }

    private Future<?> work() {
        if (load.eventsPerSecond() > 0) {
            for (int each = 0; each < load.publishers(); each++) {
                Publisher publisher = new Publisher(
                        gateways,
                        recorder,
                        load.otherMillis(),
                        each,
                        TOPIC + "t" + each % Load.TOPICS,
                        (double) load.eventsPerSecond() / load.publishers());
                publishers.add(publisher);
                publisher.begin();
            }
        }
        if (load.callsPerSecond() > 0) {
            paces.add(new Pace(vertx, load.callsPerSecond(), this::call));
        }
        if (!load.table().isEmpty()) {
            paces.add(new Pace(vertx, Load.QUERIES_PER_SECOND, this::query));
        }
        if (!load.changing().isEmpty()) {
            paces.add(new Pace(vertx, Load.CHANGES_PER_SECOND, this::change));
        }
        return Future.succeededFuture();
    }

    private void call(long number) {
        if (open > load.openMost()) {
            recorder.leftOut();
            return;
        }
        boolean once = number % Load.ONCE_IN == 0;
        String plugin = load.plugins().get((int) (number % load.plugins().size()));
        String path = "/v1/plugins/" + plugin + "/operations/" + (once ? "once" : "echo");
        String mark = "\"n\":" + number + ",";
        ask(
                new Asking.Question(
                        once ? Call.Kind.ONCE : Call.Kind.IDEMPOTENT,
                        plugin,
                        HttpMethod.POST,
                        path,
                        Buffer.buffer("{\"params\":{" + mark + "\"text\":\"abcdefghijklmnop\"}}"),
                        answer -> answer.toString().replace(" ", "").contains(mark)
                                || answer.toString().replace(" ", "").contains(mark.replace(',', '}'))),
                once ? load.onceMillis() : load.callMillis());
    }

    private void query(long number) {
        if (open > load.openMost()) {
            recorder.leftOut();
            return;
        }
        ask(
                new Asking.Question(
                        Call.Kind.QUERY,
                        load.table(),
                        HttpMethod.POST,
                        "/v1/query",
                        Buffer.buffer("{\"sql\":\"select count(*) as found from " + load.table() + "\"}"),
                        answer -> answer.toString().contains("\"found\":" + load.rows() + "}")),
                load.otherMillis());
    }

    private void change(long number) {
        if (changing) {
            return; // an operator waits for the answer
        }
        String value = "{\"round\":" + number + "}";
        changing = true;
        open++;
        Asking.ask(
                        gateways,
                        recorder,
                        new Asking.Question(
                                Call.Kind.CHANGE,
                                load.changing(),
                                HttpMethod.PUT,
                                "/v1/plugins/" + load.changing() + "/configuration",
                                Buffer.buffer(value),
                                answer -> true),
                        load.otherMillis())
                .onSuccess(call -> {
                    open--;
                    changing = false;
                    recorder.changed(
                            new Change(configurationKey(load.changing()), value, call.atMillis(), call.isAnswered()));
                });
    }

    /** As a catalog that was looked at names it. */
    public static String configurationKey(String plugin) {
        return plugin + " configuration";
    }

    private void ask(Asking.Question question, long limitMillis) {
        open++;
        Asking.ask(gateways, recorder, question, limitMillis).onSuccess(call -> open--);
    }

    /** Ends those who ask and publish, and waits for their last answers and until followers were told all. @return whether they were */
    public boolean end(Duration limit) throws Exception {
        onLoop(() -> {
            paces.forEach(Pace::end);
            return Future.all(publishers.stream().map(Publisher::end).toList());
        });
        boolean answered = Await.atMost(limit, LOOK, () -> openCalls() == 0);
        boolean told = Await.atMost(limit, LOOK, recorder::isCaughtUp);
        onLoop(() -> {
            followers.forEach(Follower::end);
            return Future.succeededFuture();
        });
        return answered && told;
    }

    private long openCalls() throws IOException {
        CompletableFuture<Long> count = new CompletableFuture<>();
        vertx.runOnContext(go -> count.complete(open));
        return count.orTimeout(LOOP_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() throws Exception {
        if (closed) {
            return;
        }
        closed = true;
        vertx.runOnContext(go -> {
            gateways.close();
            paces.forEach(Pace::end);
            publishers.forEach(Publisher::end);
            followers.forEach(Follower::end);
        });
        vertx.close().toCompletionStage().toCompletableFuture().get(LOOP_SECONDS, TimeUnit.SECONDS);
    }
}
