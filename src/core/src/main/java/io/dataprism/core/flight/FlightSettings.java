package io.dataprism.core.flight;

import io.dataprism.core.engine.EngineLimits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which Flight SQL server a node asks, and how.
 *
 * @param url {@code grpc://host:port}, or {@code grpc+tls://host:port}
 * @param credentials who the node is there
 * @param caFile certificates in PEM that the server's must come from; null: those that the JDK trusts
 * @param timeout for everything but queries, which have deadlines of their own: sign-in, lists of tables
 * @param limits of the queries
 */
public record FlightSettings(
        URI url, Login credentials, @Nullable Path caFile, Duration timeout, EngineLimits limits) {

    /** The time for what is no query, where nothing else is said. */
    public static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** How the node signs in. Files are read when they are needed, so that a new token needs no restart. */
    public sealed interface Login {

        /** Not at all. */
        record None() implements Login {}

        /** With the token in a file, sent as {@code Bearer}. */
        record Token(Path file) implements Login {}

        /** With a file whose one line is {@code user:password}: sent as {@code Basic} once, then with the token that came back. */
        record User(Path file) implements Login {}
    }

    /** What messages call the server: its address, without anything secret. */
    String place() {
        return url.getHost() + ":" + url.getPort();
    }

    boolean isEncrypted() {
        return "grpc+tls".equals(url.getScheme());
    }
}
