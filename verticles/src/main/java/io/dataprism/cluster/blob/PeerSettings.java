package io.dataprism.cluster.blob;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where this node's files are served.
 *
 * @param host this node's address, at which other nodes reach it
 * @param ports to try, in order; 0 is any
 * @param tls null: none, on loopback alone
 */
public record PeerSettings(
        String host, List<Integer> ports, @Nullable PeerTls tls) {

    public PeerSettings {
        ports = List.copyOf(ports);
        if (tls == null && !isLoopback(host)) {
            throw new IllegalArgumentException(
                    "without certificates nodes reach each other on loopback alone, and " + host + " is not loopback");
        }
        if (ports.isEmpty()) {
            throw new IllegalArgumentException("there is no port to listen on");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
