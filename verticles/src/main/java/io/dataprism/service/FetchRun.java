package io.dataprism.service;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Permission.Access;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One fetch, with its redirects, each of which is checked as the first request is. On the verticle's event loop. */
final class FetchRun {

    private static final int REDIRECTS_LIMIT = 5;
    private static final int BYTES_LIMIT = 8 << 20;
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int LONGEST_MILLIS = 30_000;

    private final HttpClient client;
    private final NetworkDoor door;
    private final ServiceRequest request;
    private final int timeoutMillis;
    private final int bytesLimit;
    private final boolean followsRedirects;
    private HttpMethod method;
    private MultiMap headers;
    private Buffer body;
    private @Nullable HttpClientRequest underWay;
    private boolean over;
    private int redirects;

    FetchRun(HttpClient client, NetworkDoor door, ServiceRequest request) {
        this.client = client;
        this.door = door;
        this.request = request;
        this.method = HttpMethod.valueOf(methodOf(request));
        this.headers = FetchHeaders.of(request);
        this.body = bodyOf(request);
        this.timeoutMillis = request.number("timeoutMs", TIMEOUT_MILLIS, 1, LONGEST_MILLIS);
        this.bytesLimit = request.number("maxBytes", BYTES_LIMIT, 1, BYTES_LIMIT);
        this.followsRedirects = request.typed().flag("redirects", true);
    }

    /** {@code {status, url, headers, body}}, the body in base64. */
    Future<JsonObject> start() {
        return go(uri(request.text("url")))
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(named(failure)))
                .onFailure(failure -> {
                    over = true;
                    HttpClientRequest left = underWay;
                    if (left != null) {
                        left.reset();
                    }
                });
    }

    private Future<JsonObject> go(URI uri) {
        NetworkTarget target = target(uri);
        Access access = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD) ? Access.READ : Access.WRITE;
        return door.admit(request, target, access)
                .compose(address -> client.request(options(uri, target, address)))
                .compose(open -> {
                    underWay = open;
                    if (over) {
                        open.reset();
                    }
                    return body.length() == 0 ? open.send() : open.send(body);
                })
                .compose(response -> answered(uri, response));
    }

    private Future<JsonObject> answered(URI uri, HttpClientResponse response) {
        String location = response.getHeader("location");
        int status = response.statusCode();
        boolean redirect = location != null && (status >= 301 && status <= 303 || status == 307 || status == 308);
        if (redirect && followsRedirects) {
            return redirected(uri, response, location);
        }
        return collect(response)
                .map(bytes -> new JsonObject()
                        .put("status", status)
                        .put("url", uri.toString())
                        .put("headers", FetchHeaders.answered(response.headers()))
                        .put("body", Base64.getEncoder().encodeToString(bytes.getBytes())));
    }

    private Future<JsonObject> redirected(URI uri, HttpClientResponse response, String location) {
        response.exceptionHandler(expected -> {}).request().reset();
        if (++redirects > REDIRECTS_LIMIT) {
            throw failed("more than " + REDIRECTS_LIMIT + " redirects, the last to " + location, null);
        }
        URI next;
        try {
            next = uri.resolve(location);
        } catch (IllegalArgumentException malformed) {
            throw failed("it redirects to '" + location + "', which is no URL", malformed);
        }
        if (response.statusCode() <= 303 && !method.equals(HttpMethod.HEAD)) {
            method = HttpMethod.GET;
            body = Buffer.buffer();
            headers.remove("content-type");
        }
        if (!target(uri).equals(target(next))) {
            headers = FetchHeaders.withoutCredentials(headers);
        }
        return go(next);
    }

    private Future<Buffer> collect(HttpClientResponse response) {
        Promise<Buffer> promise = Promise.promise();
        Buffer bytes = Buffer.buffer();
        response.exceptionHandler(promise::tryFail);
        response.handler(chunk -> {
            if (bytes.length() + chunk.length() > bytesLimit) {
                promise.tryFail(new DataPrismException(
                        ErrorCode.PAYLOAD_TOO_LARGE,
                        "The answer to the fetch of plugin " + request.plugin() + " has more than " + bytesLimit
                                + " bytes.",
                        "Ask for less of it, with a range or a filter; " + BYTES_LIMIT + " bytes are the most."));
            } else {
                bytes.appendBuffer(chunk);
            }
        });
        response.endHandler(ended -> promise.tryComplete(bytes));
        return promise.future();
    }

    private RequestOptions options(URI uri, NetworkTarget target, InetAddress address) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return new RequestOptions()
                .setMethod(method)
                .setSsl("https".equals(target.scheme()))
                .setServer(SocketAddress.inetSocketAddress(target.port(), address.getHostAddress()))
                .setHost(target.plainHost())
                .setPort(target.port())
                .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
                .setFollowRedirects(false)
                .setHeaders(HttpHeaders.headers().addAll(headers));
    }

    private NetworkTarget target(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean legal = NetworkTarget.defaultPort(scheme) > 0 && uri.getHost() != null && uri.getUserInfo() == null;
        if (!legal) {
            throw request.invalid("url", "is '" + uri + "'; legal are http and https with a host and without a user");
        }
        int port = uri.getPort() == -1 ? NetworkTarget.defaultPort(scheme) : uri.getPort();
        return new NetworkTarget(scheme, uri.getHost(), port);
    }

    private URI uri(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException malformed) {
            throw request.invalid("url", "is '" + url + "', which is no URL");
        }
    }

    private Throwable named(Throwable failure) {
        return switch (failure) {
            case DataPrismException known -> known;
            case TimeoutException late -> failed("it has not answered within " + timeoutMillis + " ms", late);
            default -> failed(String.valueOf(failure.getMessage()), failure);
        };
    }

    private DataPrismException failed(String why, @Nullable Throwable cause) {
        return new DataPrismException(
                ErrorCode.NETWORK_FAILED,
                "Plugin " + request.plugin() + " could not fetch from "
                        + request.body().getString("url", "") + ": " + why + ".",
                "Try again later; check the address and the server.",
                cause);
    }

    private static String methodOf(ServiceRequest request) {
        String method = request.optionalText("method");
        if (method == null) {
            return "GET";
        }
        if (!method.matches("GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS")) {
            throw request.invalid(
                    "method", "is '" + method + "'; legal are GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        }
        return method;
    }

    private static Buffer bodyOf(ServiceRequest request) {
        String text = request.optionalText("body");
        try {
            return text == null
                    ? Buffer.buffer()
                    : Buffer.buffer(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            throw request.invalid("body", "is not base64");
        }
    }
}
