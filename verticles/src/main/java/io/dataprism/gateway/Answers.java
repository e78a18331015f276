package io.dataprism.gateway;

import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.gateway.connection.Connection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers that are whole when they are written: documents and problems. Call on the request's context. */
public final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    private static final int GZIP_FROM_BYTES = 1_024;
    private static final int RETRY_AFTER_MOST_SECONDS = 8;
    private static final long LINGER_MILLIS = 2_000;
    private static final long LINGER_BYTES = 4L * 1024 * 1024;

    private Answers() {}

    /** A JSON document. */
    public static void json(RoutingContext context, int status, Object jsonObjectOrArray) {
        Buffer body = jsonObjectOrArray instanceof JsonObject object
                ? object.toBuffer()
                : io.vertx.core.json.Json.encodeToBuffer(jsonObjectOrArray);
        bytes(context, status, "application/json", body);
    }

    /** Any document; packed where the client takes gzip and it is worth it. */
    public static void bytes(RoutingContext context, int status, String mediaType, Buffer body) {
        boolean pack = body.length() >= GZIP_FROM_BYTES && !mediaType.startsWith("image/png") && takesGzip(context);
        bytes(context, status, mediaType, pack ? gzip(body) : body, pack);
    }

    private static boolean takesGzip(RoutingContext context) {
        return MediaTypes.takesGzip(context.request().getHeader(HttpHeaders.ACCEPT_ENCODING));
    }

    /** A JSON document that is always the same, and so is packed beforehand. */
    static void json(RoutingContext context, Buffer plain, Buffer packed) {
        boolean pack = takesGzip(context);
        bytes(context, 200, "application/json", pack ? packed : plain, pack);
    }

    private static void bytes(RoutingContext context, int status, String mediaType, Buffer sent, boolean packed) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, mediaType);
        response.putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (packed) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(sent.length()));
        Future<Void> written = response.end(context.request().method() == HttpMethod.HEAD ? Buffer.buffer() : sent);
        Connection.of(context.request().connection()).expectToBeRead(context.vertx(), written);
        letGoOfBody(context.request());
    }

    static Buffer gzip(Buffer body) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(body.length() / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body.getBytes());
        } catch (IOException impossible) {
            throw new UncheckedIOException("Packing in memory failed", impossible);
        }
        return Buffer.buffer(packed.toByteArray());
    }

    /** 204. */
    public static void nothing(RoutingContext context) {
        if (!context.response().ended() && !context.response().closed()) {
            context.response().setStatusCode(204).end();
            letGoOfBody(context.request());
        }
    }

    /** The problem document of any failure; where the head is out already, the answer is broken off. */
    public static void problem(RoutingContext context, Throwable failure) {
        problem(context.request(), Replies.toProblem(failure));
    }

    /** The same, where there is no routing context. */
    static void problem(HttpServerRequest request, DataPrismException problem) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            LOG.debug("A failure came after the answer {}", problem.code());
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        response.setStatusCode(problem.code().status()).putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json");
        response.headers().remove(HttpHeaders.CONTENT_ENCODING).remove(HttpHeaders.CONTENT_LENGTH);
        response.setChunked(false);
        if (problem.code() == ErrorCode.UNAUTHENTICATED) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        if (problem.code().status() == 429 || problem.code().status() == 503) {
            Object known = problem.members().get(SignIns.RETRY_AFTER);
            response.putHeader("Retry-After", known == null ? retryAfter() : String.valueOf(known));
        }
        response.end(new JsonObject(problem.toJson()).toBuffer());
        letGoOfBody(request);
    }

    /**
     * Turns a connection away for which there is no room: the problem, and then its end, as soon as the client has had time to
     * read it.
     */
    static void turnAway(HttpServerRequest request, DataPrismException problem) {
        HttpConnection connection = request.connection();
        if (request.version() == HttpVersion.HTTP_2) {
            // its answer is over before the client has it
            Vertx.currentContext().owner().setTimer(LINGER_MILLIS / 2, soon -> connection.shutdown());
            problem(request, problem);
        } else {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            problem(request, problem);
            connection.shutdown(LINGER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** The times differ, for those who were refused together would come back together. */
    private static String retryAfter() {
        return String.valueOf(ThreadLocalRandom.current().nextInt(1, RETRY_AFTER_MOST_SECONDS + 1));
    }

    /**
     * What is left of a body is read away for a moment, so that the client gets to the answer and the connection can go on; if
     * there is too much of it, the connection (with HTTP/2: the stream) ends.
     */
    static void letGoOfBody(HttpServerRequest request) {
        boolean http2 = request.version() == HttpVersion.HTTP_2;
        boolean hasBody = http2
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                        && !"0".equals(request.getHeader(HttpHeaders.CONTENT_LENGTH));
        if (request.isEnded()) {
            return;
        }
        if (!hasBody) {
            request.resume();
            return;
        }
        var connection = request.connection();
        Runnable end = () -> {
            if (http2) {
                request.response().reset();
            } else {
                connection.close();
            }
        };
        var vertx = Vertx.currentContext().owner();
        long timer = vertx.setTimer(LINGER_MILLIS, id -> end.run());
        long[] dropped = {0};
        request.exceptionHandler(failure -> vertx.cancelTimer(timer));
        request.endHandler(v -> vertx.cancelTimer(timer));
        request.handler(more -> {
            dropped[0] += more.length();
            if (dropped[0] > LINGER_BYTES) {
                vertx.cancelTimer(timer);
                end.run();
            }
        });
        request.resume();
    }
}
