package io.dataprism.gateway.jwt;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A set of public keys at an address, fetched every five minutes, and every ten seconds at most. Follows no redirects. */
final class KeyAddress implements KeySource {

    private static final Duration LASTS = Duration.ofMinutes(5);
    private static final Duration RESTS = Duration.ofSeconds(10);
    private static final int ANSWER_MILLIS = 5_000;
    private static final int CONNECTIONS = 1;

    private final URI url;
    private final Duration lasts;
    private final Duration rests;
    private final HttpClient client;

    KeyAddress(Vertx vertx, URI url) {
        this(vertx, url, LASTS, RESTS);
    }

    /** At another pace. */
    KeyAddress(Vertx vertx, URI url, Duration lasts, Duration rests) {
        this.url = url;
        this.lasts = lasts;
        this.rests = rests;
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(ANSWER_MILLIS)
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setIdleTimeout(2 * ANSWER_MILLIS)
                        .setVerifyHost(true),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(CONNECTIONS));
    }

    @Override
    public String name() {
        return "jwt.jwksUrl " + url;
    }

    @Override
    public Duration lasts() {
        return lasts;
    }

    @Override
    public Duration rests() {
        return rests;
    }

    @Override
    public List<VerificationKey> keys(Buffer content) throws UnusableKeys {
        return JsonWebKeys.read(content.toString());
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }

    @Override
    public Future<Buffer> read() {
        AtomicReference<HttpClientRequest> sent = new AtomicReference<>();
        return client.request(new RequestOptions()
                        .setAbsoluteURI(url.toString())
                        .setFollowRedirects(false)
                        .putHeader("Accept", "application/jwk-set+json, application/json"))
                .compose(request -> {
                    sent.set(request);
                    return request.send().compose(KeyAddress::body);
                })
                .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .onFailure(failure -> {
                    HttpClientRequest given = sent.get();
                    if (given != null) {
                        given.reset();
                    }
                });
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        Promise<Buffer> promise = Promise.promise();
        response.exceptionHandler(promise::tryFail);
        if (response.statusCode() != 200) {
            promise.fail(new UnusableKeys("it answered with status " + response.statusCode()));
            return promise.future();
        }
        Buffer bytes = Buffer.buffer();
        response.handler(chunk -> {
            if (bytes.length() + chunk.length() > BYTES_LIMIT) {
                promise.tryFail(new UnusableKeys("it has more than " + BYTES_LIMIT + " bytes"));
            } else {
                bytes.appendBuffer(chunk);
            }
        });
        response.endHandler(ended -> promise.tryComplete(bytes));
        return promise.future();
    }
}
