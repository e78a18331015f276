package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.gateway.contract.ShownValue;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests of HTTP/1 whose end is not clear. A proxy may find another end than this node, and let a request pass that it
 * has never looked at, inside of another one's body. The decoder refuses several lengths, and line ends that are none, by itself;
 * {@link io.dataprism.gateway.connection.StrictTransport} has it refuse a length beside a coding.
 */
final class Framing {

    private Framing() {}

    /** What is wrong with how a request says where it ends; null where that is clear. */
    static @Nullable DataPrismException problem(HttpServerRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        boolean clear = codings.isEmpty()
                || codings.size() == 1
                        && codings.getFirst().strip().equalsIgnoreCase("chunked")
                        && request.version() != HttpVersion.HTTP_1_0;
        return clear
                ? null
                : new DataPrismException(
                        ErrorCode.REQUEST_INVALID,
                        "The request's end is not clear: its Transfer-Encoding is "
                                + ShownValue.of(String.join(", ", codings)) + " in " + request.version()
                                + ", and 'chunked' alone, in HTTP/1.1, is legal.",
                        "Send Content-Length, or Transfer-Encoding: chunked.");
    }
}
