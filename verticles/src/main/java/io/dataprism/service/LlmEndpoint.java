package io.dataprism.service;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The operator's endpoint, over HTTP: JSON out, JSON back, {@value #ANSWER_BYTES} bytes at most. Its key is in no message, log
 * or error. On one event loop.
 */
final class LlmEndpoint {

    private static final int CONNECTIONS = 8;
    private static final int WAITING = 64;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_BYTES = 16 << 20;
    private static final int SHOWN_CHARACTERS = 300;

    private final Vertx vertx;
    private final LlmSettings settings;
    private final HttpClient client;

    LlmEndpoint(Vertx vertx, LlmSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setVerifyHost(true),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(WAITING));
    }

    /** Posts a request. */
    Call call(String path, JsonObject body) {
        return new Call(path, body);
    }

    Future<Void> close() {
        return client.close();
    }

    private Future<@Nullable String> key() {
        return settings.keyFile() == null
                ? Future.succeededFuture()
                : vertx.fileSystem()
                        .readFile(settings.keyFile().toString())
                        .map(bytes -> bytes.toString().strip())
                        .recover(failure ->
                                Future.failedFuture(failed("its key cannot be read from `llm.keyFile`", failure)));
    }

    private RequestOptions options(String path, @Nullable String key) {
        URI url = settings.url();
        boolean tls = "https".equals(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : tls ? 443 : 80;
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setSsl(tls)
                .setHost(url.getHost())
                .setPort(port)
                .setURI((url.getRawPath() == null ? "" : url.getRawPath().replaceAll("/+$", "")) + path)
                .setFollowRedirects(false)
                .putHeader("Content-Type", "application/json")
                .putHeader("Accept", "application/json");
        return key == null ? options : options.putHeader("Authorization", "Bearer " + key);
    }

    private JsonObject read(int status, Buffer body) {
        if (status / 100 != 2) {
            throw refused(status, body);
        }
        try {
            return body.toJsonObject();
        } catch (DecodeException | ClassCastException notJson) {
            throw failed("its answer is no JSON object", notJson);
        }
    }

    private DataPrismException refused(int status, Buffer body) {
        String why = "it answered " + status + message(body);
        return switch (status) {
            case 400, 404, 413, 422 ->
                new DataPrismException(
                        ErrorCode.REQUEST_INVALID,
                        "The endpoint of language models does not take the request: " + why + ".",
                        "Change the model, the messages, or the limits of the request.");
            case 429 ->
                new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "The endpoint of language models has too much to do: " + why + ".",
                        "Ask again later.");
            case 401, 403 -> failed("it does not take the key of `llm.keyFile` (status " + status + ")", null);
            default -> failed(why, null);
        };
    }

    private static String message(Buffer body) {
        String text;
        try {
            text = body.toJsonObject().getJsonObject("error").getString("message");
        } catch (RuntimeException other) {
            text = null;
        }
        if (text == null) {
            return "";
        }
        String line = text.replaceAll("\\s+", " ");
        return ", '" + (line.length() > SHOWN_CHARACTERS ? line.substring(0, SHOWN_CHARACTERS) + "..." : line) + "'";
    }

    private Throwable named(Throwable failure) {
        return switch (failure) {
            case DataPrismException known -> known;
            case TimeoutException late ->
                failed("it has not answered within " + settings.timeout().toMillis() + " ms", late);
            default -> failed(String.valueOf(failure.getMessage()), failure);
        };
    }

    /** Of any shape that is not the one that was agreed upon. */
    DataPrismException failed(String why, @Nullable Throwable cause) {
        return new DataPrismException(
                ErrorCode.NETWORK_FAILED,
                "The endpoint of language models cannot be used: " + why + ".",
                "Try again later; an operator checks `llm` in the node's configuration.",
                cause);
    }

    /** One request; what is left of it is given up where nobody waits any more. */
    final class Call {

        private final Future<JsonObject> answer;
        private @Nullable HttpClientRequest request;
        private boolean refused;
        private boolean over;

        private Call(String path, JsonObject body) {
            answer = key().compose(key -> send(options(path, key), body))
                    .timeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                    .recover(failure -> Future.failedFuture(named(failure)))
                    .onFailure(failure -> reset());
        }

        /** What came back, where the status says that it went well. */
        Future<JsonObject> answer() {
            return answer;
        }

        /** Whether a call that failed has cost nothing: the request never left, or was refused. */
        boolean free() {
            return request == null || refused;
        }

        private Future<JsonObject> send(RequestOptions options, JsonObject body) {
            return client.request(options)
                    .compose(open -> {
                        if (over) {
                            open.reset();
                            return Future.failedFuture("Nobody waits any more.");
                        }
                        request = open;
                        return open.send(body.toBuffer());
                    })
                    .compose(response -> {
                        refused = response.statusCode() / 100 == 4;
                        return collect(response).map(bytes -> read(response.statusCode(), bytes));
                    });
        }

        private void reset() {
            over = true;
            HttpClientRequest open = request;
            if (open != null) {
                open.reset();
            }
        }

        private Future<Buffer> collect(HttpClientResponse response) {
            Promise<Buffer> promise = Promise.promise();
            Buffer bytes = Buffer.buffer();
            response.exceptionHandler(promise::tryFail);
            response.handler(chunk -> {
                if (bytes.length() + chunk.length() > ANSWER_BYTES) {
                    promise.tryFail(failed("its answer has more than " + ANSWER_BYTES + " bytes", null));
                } else {
                    bytes.appendBuffer(chunk);
                }
            });
            response.endHandler(ended -> promise.tryComplete(bytes));
            return promise.future();
        }
    }
}
