package io.dataprism.load.cluster.site;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** All on 127.0.0.1, each with ports of its own that stay the same, so that a node comes back where it was. */
public final class LoopbackSite implements Site {

    /** Below what the kernel takes for connections that go out, so that none takes the port of a node that is down. */
    private static final int FIRST_PORT = 20_000;

    private static final int LAST_PORT = 32_000;
    private static final int PORTS_OF_A_NODE = 4;
    private static final int ATTEMPTS = 1_000;
    private static final String HOST = "127.0.0.1";

    private final List<Place> places;

    private LoopbackSite(List<Place> places) {
        this.places = List.copyOf(places);
    }

    /** Finds free ports for so many nodes. */
    public static LoopbackSite of(int nodes) throws IOException {
        List<Integer> ports = freePorts(nodes * PORTS_OF_A_NODE);
        List<Place> places = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            List<Integer> own = ports.subList(node * PORTS_OF_A_NODE, (node + 1) * PORTS_OF_A_NODE);
            places.add(new Place(HOST, own.get(0), HOST, own.get(1), own.get(2), own.get(3), List.of()));
        }
        return new LoopbackSite(places);
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<Integer> found = new ArrayList<>();
        for (int attempt = 0; found.size() < count && attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            if (!found.contains(port) && isFree(port)) {
                found.add(port);
            }
        }
        if (found.size() < count) {
            throw new IOException(
                    "There are no " + count + " free ports from " + FIRST_PORT + " to " + LAST_PORT + ".");
        }
        return found;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    @Override
    public Place place(int node) {
        return places.get(node);
    }

    @Override
    public int size() {
        return places.size();
    }

    @Override
    public boolean isOpen() {
        return false;
    }

    @Override
    public boolean canCut() {
        return false;
    }

    @Override
    public void cut(List<Set<Integer>> sides) {
        throw new UnsupportedOperationException("The loopback cannot be cut: take network namespaces.");
    }

    @Override
    public void heal() {
        // nothing was cut
    }

    @Override
    public void close() {
        // the ports are free when the nodes have ended
    }
}
