package io.dataprism.cluster.member;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * The ports of a node: those at one place in the three lists. The one for files is held from the beginning, so that of nodes that are started
 * at the same moment each gets a place of its own, until {@link #letGoOfPeer} right before it is used. Opens and closes sockets: blocks for a
 * moment.
 */
final class FreePorts implements AutoCloseable {

    private final ServerSocket held;
    private final int hazelcast;
    private final int bus;

    private FreePorts(ServerSocket held, int hazelcast, int bus) {
        this.held = held;
        this.hazelcast = hazelcast;
        this.bus = bus;
    }

    /** The first place whose ports are free on that address. */
    static FreePorts take(String bind, ClusterSettings.Ports ports) throws ClusterStartException {
        int places = Math.min(
                ports.hazelcast().size(),
                Math.min(ports.bus().size(), ports.peer().size()));
        IOException last = null;
        for (int place = 0; place < places; place++) {
            try {
                ServerSocket held = open(bind, ports.peer().get(place));
                try {
                    open(bind, ports.hazelcast().get(place)).close();
                    open(bind, ports.bus().get(place)).close();
                    return new FreePorts(
                            held, ports.hazelcast().get(place), ports.bus().get(place));
                } catch (IOException taken) {
                    held.close();
                    throw taken;
                }
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw new ClusterStartException(
                "of the cluster's ports hazelcast " + ports.hazelcast() + ", bus " + ports.bus() + " and peer "
                        + ports.peer()
                        + " there are none at the same place of which all three are free and ports of " + bind
                        + ": stop what listens there, or name others under cluster.ports.",
                last);
    }

    private static ServerSocket open(String bind, int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(bind, port));
            return socket;
        } catch (IOException taken) {
            socket.close();
            throw taken;
        }
    }

    int hazelcast() {
        return hazelcast;
    }

    int bus() {
        return bus;
    }

    /** The port for files, from now on free for whoever serves them. Once. */
    int letGoOfPeer() {
        int port = held.getLocalPort();
        close();
        return port;
    }

    @Override
    public void close() {
        try {
            held.close();
        } catch (IOException alreadyGone) {
            throw new UncheckedIOException(alreadyGone);
        }
    }
}
