package io.dataprism.cluster.member;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/** Which of the ports that a node may have are free. Opens and closes sockets: blocks for a moment. */
final class FreePorts {

    private FreePorts() {}

    /** The first that is free on that address. */
    static int first(String bind, List<Integer> ports, String what) throws ClusterStartException {
        IOException last = null;
        for (int port : ports) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(bind, port));
                return port;
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw new ClusterStartException(
                "the cluster's ports of " + what + ", " + ports + ", are in use or no ports of " + bind
                        + ": stop what listens there, or name others under cluster.ports." + what + ".",
                last);
    }
}
