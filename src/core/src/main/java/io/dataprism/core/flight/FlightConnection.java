package io.dataprism.core.flight;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.auth2.BasicAuthCredentialWriter;
import org.apache.arrow.flight.auth2.ClientBearerHeaderHandler;
import org.apache.arrow.flight.auth2.ClientIncomingAuthHeaderMiddleware;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The way to the server: one channel, which all queries share and which is made anew where it has failed, so that a server that
 * is back is used at once. Any thread; requests block until the server answers or their time is over. After {@link #close()}
 * nothing can be asked.
 */
final class FlightConnection implements AutoCloseable {

    private static final int CLOSE_TIMEOUT_SECONDS = 2;

    private final FlightSettings settings;
    private final Credentials credentials;
    private final BufferAllocator allocator;
    private @Nullable ManagedChannel channel;
    private boolean closed;

    /** What is asked of the server. */
    @FunctionalInterface
    interface Request<T> {
        T send(CallOption... options);
    }

    FlightConnection(FlightSettings settings, BufferAllocator allocator) {
        this.settings = settings;
        this.credentials = new Credentials(settings.credentials());
        this.allocator = allocator;
    }

    FlightSettings settings() {
        return settings;
    }

    FlightFailures failures() {
        return new FlightFailures(settings.place(), credentials);
    }

    /** Asks within a time. Where the server does not know this node any more, signs in again, once. */
    <T> T ask(Duration limit, Request<T> request) {
        try {
            return request.send(options(limit));
        } catch (FlightRuntimeException refused) {
            if (refused.status().code() != FlightStatusCode.UNAUTHENTICATED || !credentials.forget()) {
                throw refused;
            }
            return request.send(options(limit));
        }
    }

    /** What every call carries: who asks, and for how long. */
    CallOption[] options(Duration limit) {
        List<CallOption> all = new ArrayList<>(credentials.options(this::signIn));
        all.add(within(limit));
        return all.toArray(new CallOption[0]);
    }

    private static CallOption within(Duration limit) {
        return CallOptions.timeout(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
    }

    /** A client over the shared channel. The caller closes it, once all that it has received is freed. */
    FlightClient client(BufferAllocator memory) {
        return FlightGrpcUtils.createFlightClientWithSharedChannel(memory, channel());
    }

    /** A client of another place where the server keeps a part of a result. The caller closes it. */
    FlightClient clientOf(URI place, BufferAllocator memory) {
        if (settings.isEncrypted() && !Channels.isEncrypted(place)) {
            throw new DataPrismException(
                    ErrorCode.INTERNAL,
                    "The Flight SQL server at " + settings.place() + " keeps a part of the result at " + place.getHost()
                            + ":" + place.getPort() + ", which does not encrypt.",
                    "The operator lets the server announce grpc+tls locations only.");
        }
        return FlightGrpcUtils.createFlightClient(memory, Channels.open(place, settings.caFile()));
    }

    /** Over a channel of its own, outside of the query that happens to need it first: its end must not end this. */
    private Optional<? extends CallOption> signIn(String user, String password) {
        Context before = Context.ROOT.attach();
        var answered = new ClientIncomingAuthHeaderMiddleware.Factory(new ClientBearerHeaderHandler());
        try (FlightClient own = FlightGrpcUtils.createFlightClient(
                allocator, Channels.open(settings.url(), settings.caFile()), List.of(answered))) {
            own.handshake(
                    new CredentialCallOption(new BasicAuthCredentialWriter(user, password)),
                    within(settings.timeout()));
            return Optional.ofNullable(answered.getCredentialCallOption());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Signing in was interrupted", e);
        } finally {
            Context.ROOT.detach(before);
        }
    }

    private synchronized ManagedChannel channel() {
        if (closed) {
            throw new IllegalStateException("The engine is closed.");
        }
        ManagedChannel current = channel;
        if (current != null && current.getState(false) != ConnectivityState.TRANSIENT_FAILURE) {
            return current;
        }
        if (current != null) {
            current.shutdown();
        }
        ManagedChannel opened = Channels.open(settings.url(), settings.caFile());
        channel = opened;
        return opened;
    }

    /** Ends it; calls under way fail. Blocks for some seconds at most. */
    @Override
    public void close() {
        ManagedChannel last;
        synchronized (this) {
            closed = true;
            last = channel;
            channel = null;
        }
        if (last == null) {
            return;
        }
        try {
            last.shutdownNow().awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
