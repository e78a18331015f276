package io.dataprism.core.flight;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.LocationSchemes;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a result, one after the other, each from a place where the server says that it is. One thread at a time; blocks.
 * What it receives is in the allocator that it was given, until {@link #close()}. Its dictionaries are those of the current part.
 */
final class ResultStreams implements DictionaryProvider, AutoCloseable {

    private static final int ENDPOINTS_LIMIT = 10_000;
    private static final int PLACES_LIMIT = 8;

    private final FlightConnection server;
    private final FlightClient home;
    private final BufferAllocator memory;
    private final Supplier<CallOption[]> options;
    private final Iterator<FlightEndpoint> left;
    private @Nullable FlightStream stream;
    private @Nullable FlightClient elsewhere;
    private @Nullable Schema schema;
    private boolean primed;
    private boolean exhausted;

    /** @param home for the parts that are where the result was asked for; not closed here */
    ResultStreams(
            FlightConnection server,
            FlightClient home,
            FlightInfo info,
            BufferAllocator memory,
            Supplier<CallOption[]> options) {
        if (info.getEndpoints().size() > ENDPOINTS_LIMIT) {
            throw new IllegalStateException("a result in " + info.getEndpoints().size() + " parts");
        }
        this.server = server;
        this.home = home;
        this.memory = memory;
        this.options = options;
        this.left = info.getEndpoints().iterator();
    }

    /** Loads the next batch that has rows; null: there is none left. */
    @Nullable
    FlightStream advance() {
        while (!exhausted) {
            FlightStream current = stream == null ? openNext() : stream;
            while (current != null && more(current)) {
                if (current.getRoot().getRowCount() > 0) {
                    return current;
                }
            }
            exhausted = !left.hasNext();
            if (!exhausted) {
                closeCurrent();
            }
        }
        return null;
    }

    private boolean more(FlightStream current) {
        boolean more = primed || current.next();
        primed = false;
        return more;
    }

    private @Nullable FlightStream openNext() {
        if (!left.hasNext()) {
            return null;
        }
        FlightStream opened = open(left.next());
        if (!opened.hasRoot()) {
            throw new IllegalStateException("a part of a result without a schema");
        }
        Schema found = opened.getSchema();
        if (schema != null && !schema.equals(found)) {
            throw new IllegalStateException("parts of one result with different columns");
        }
        schema = found;
        return opened;
    }

    /** Of all parts; known once the first was asked for. Null: there are no parts. */
    @Nullable
    Schema schema() {
        return schema;
    }

    @Override
    public @Nullable Dictionary lookup(long id) {
        FlightStream current = stream;
        return current == null ? null : current.getDictionaryProvider().lookup(id);
    }

    @Override
    public Set<Long> getDictionaryIds() {
        FlightStream current = stream;
        return current == null ? Set.of() : current.getDictionaryProvider().getDictionaryIds();
    }

    /** Begins to read a part. The first message is waited for, so that a place that does not answer is found out. */
    private FlightStream begin(FlightClient place, FlightEndpoint endpoint) {
        FlightStream begun = place.getStream(endpoint.getTicket(), options.get());
        stream = begun;
        primed = begun.next();
        return begun;
    }

    private FlightStream open(FlightEndpoint endpoint) {
        List<URI> places = places(endpoint.getLocations());
        if (places.isEmpty()) {
            return begin(home, endpoint);
        }
        for (int i = 0; ; i++) {
            FlightClient there = server.clientOf(places.get(i), memory);
            elsewhere = there;
            try {
                return begin(there, endpoint);
            } catch (FlightRuntimeException failure) {
                if (i + 1 == places.size() || failure.status().code() != FlightStatusCode.UNAVAILABLE) {
                    throw failure;
                }
                closeCurrent();
            }
        }
    }

    /** Where to ask; empty: where the result was asked for. */
    private List<URI> places(List<Location> locations) {
        List<URI> places = new ArrayList<>();
        for (Location location : locations.subList(0, Math.min(PLACES_LIMIT, locations.size()))) {
            URI place = location.getUri();
            if (LocationSchemes.REUSE_CONNECTION.equals(place.getScheme()) || isHome(place)) {
                return List.of();
            }
            if (isKnown(place)) {
                places.add(place);
            }
        }
        if (places.isEmpty() && !locations.isEmpty()) {
            throw new DataPrismException(
                    ErrorCode.INTERNAL,
                    "The Flight SQL server at " + server.settings().place()
                            + " keeps a part of the result where this node cannot read it: grpc and grpc+tls are known.",
                    "The operator lets the server announce such locations, or none.");
        }
        return places;
    }

    private static boolean isKnown(URI place) {
        return switch (String.valueOf(place.getScheme())) {
            case "grpc", "grpc+tcp", "grpc+tls" -> place.getHost() != null && place.getPort() > 0;
            default -> false;
        };
    }

    private boolean isHome(URI place) {
        URI url = server.settings().url();
        return isKnown(place) && place.getHost().equals(url.getHost()) && place.getPort() == url.getPort();
    }

    private void closeCurrent() {
        FlightStream current = stream;
        stream = null;
        primed = false;
        if (current != null) {
            StreamMemory.free(current);
        }
        closeElsewhere();
    }

    private void closeElsewhere() {
        FlightClient there = elsewhere;
        elsewhere = null;
        if (there == null) {
            return;
        }
        try {
            there.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the server keeps parts that nobody has begun to read. */
    boolean isWaiting() {
        return left.hasNext() || (stream == null && !exhausted);
    }

    /** Cancels what is under way and frees all. */
    @Override
    public void close() {
        closeCurrent();
    }
}
