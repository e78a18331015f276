package io.dataprism.load.eventrow;

import io.dataprism.load.child.ProcessClock;
import io.dataprism.load.peer.EventPeer;
import io.dataprism.load.service.Service;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * A server as the generator speaks to it.
 *
 * @param name of the server: {@code dataprism}, {@code nchan}, {@code nats} or {@code bun}
 * @param dialect of its subscribers
 * @param posting the way its publishers publish
 * @param port of its subscribers
 * @param postPort of its publishers
 * @param token of its publishers and subscribers; empty: it asks for none
 * @param pids its processes, as they are when asked: nginx forks its worker once it listens
 */
record Side(
        String name, String dialect, String posting, int port, int postPort, String token, Supplier<List<Long>> pids) {

    static final String OURS = "dataprism";
    static final String WEB_SOCKET = "websocket";
    static final String SSE = "sse";

    /** Ours. @param transport of its subscribers */
    static Side of(Service service, String transport) {
        return new Side(
                OURS,
                OURS + "-" + transport,
                OURS + "-http",
                service.port(),
                service.port(),
                service.token(),
                () -> List.of(service.pid()));
    }

    /** A peer. */
    static Side of(String name, EventPeer peer, String transport) {
        return new Side(
                name,
                name + "-" + transport,
                name.equals("nats") ? "nats" : "peer-http",
                peer.socketPort(),
                peer.port(),
                "",
                peer::pids);
    }

    /** The same, with events published another way. */
    Side publishedBy(String way) {
        return new Side(name, dialect, way, port, postPort, token, pids);
    }

    boolean isOurs() {
        return name.equals(OURS);
    }

    /** What all its processes computed so far. */
    long cpuNanos() throws IOException {
        long nanos = 0;
        for (long pid : pids.get()) {
            nanos += ProcessClock.cpuNanos(pid);
        }
        return nanos;
    }
}
