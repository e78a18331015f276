package io.dataprism.load.traffic;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** The gateways of a cluster with the connections to them, and which of them say that they are ready. The event loop's. */
final class Gateways {

    private static final long PROBE_MILLIS = 500;
    private static final int CONNECT_MILLIS = 1_000;
    /** More than calls can be under way at one of them while another node is cut off: who waited for a connection would be measured as slow. */
    private static final int CONNECTIONS = 2_048;

    private static final int WAITING = 20_000;

    private final Vertx vertx;
    private final List<Gateway> all;
    private final String token;
    private final HttpClient client;
    private final Set<Gateway> down = new HashSet<>();
    private final Set<Gateway> asked = new HashSet<>();
    private int turn;
    private boolean closed;

    Gateways(Vertx vertx, List<Gateway> all, String token) {
        this.vertx = vertx;
        this.all = List.copyOf(all);
        this.token = token;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(true).setConnectTimeout(CONNECT_MILLIS),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(WAITING));
    }

    Vertx vertx() {
        return vertx;
    }

    String token() {
        return token;
    }

    HttpClient client() {
        return client;
    }

    /** Begins to ask whether they are ready. */
    void probe() {
        vertx.setPeriodic(0, PROBE_MILLIS, timer -> all.forEach(this::probe));
    }

    private void probe(Gateway gateway) {
        if (!asked.add(gateway)) {
            return; // it has not answered the last time yet
        }
        send(gateway, HttpMethod.GET, "/health/ready", Buffer.buffer(), 2 * PROBE_MILLIS)
                .onSuccess(reply -> {
                    asked.remove(gateway);
                    if (reply instanceof Reply.Answer answer && answer.status() == 200) {
                        down.remove(gateway);
                    } else {
                        down.add(gateway);
                    }
                });
    }

    /** It broke or refused a connection; until it says that it is ready, others are taken. */
    void isDown(Gateway gateway) {
        down.add(gateway);
    }

    /** Sends nothing more. */
    void close() {
        closed = true;
    }

    /** The next one in turn, a ready one if there is any; empty: all were tried. */
    Optional<Gateway> next(Set<Gateway> tried) {
        turn++;
        List<Gateway> left = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Gateway each = all.get((turn + i) % all.size());
            if (!tried.contains(each)) {
                left.add(each);
            }
        }
        return left.stream()
                .filter(each -> !down.contains(each))
                .findFirst()
                .or(() -> left.stream().findFirst());
    }

    /** Sends a request; the future never fails. @param limitMillis for the answer to begin, and between its parts */
    Future<Reply> send(Gateway gateway, HttpMethod method, String path, Buffer body, long limitMillis) {
        if (closed) {
            return Future.succeededFuture(new Reply.Late());
        }
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost(gateway.host())
                .setPort(gateway.port())
                .setURI(path)
                .setIdleTimeout(limitMillis)
                .putHeader("Authorization", "Bearer " + token)
                .putHeader("Accept", "application/json");
        if (body.length() > 0) {
            options.putHeader("Content-Type", "application/json");
        }
        return client.request(options)
                .transform(opened -> opened.succeeded()
                        ? exchange(opened.result(), body)
                        : Future.succeededFuture(new Reply.Refused(String.valueOf(opened.cause()))));
    }

    private static Future<Reply> exchange(HttpClientRequest request, Buffer body) {
        return request.send(body)
                .compose(answer -> answer.body().map(whole -> (Reply) new Reply.Answer(answer.statusCode(), whole)))
                .recover(failure -> {
                    request.reset();
                    return Future.succeededFuture(
                            failure instanceof TimeoutException
                                    ? new Reply.Late()
                                    : new Reply.Broken(String.valueOf(failure)));
                });
    }
}
