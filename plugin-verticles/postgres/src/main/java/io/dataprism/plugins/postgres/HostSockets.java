package io.dataprism.plugins.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/**
 * Hands the host's sockets to the driver, which makes its factory by itself, from a class name and a text. Any thread. Public,
 * with a public constructor, since the driver calls it by reflection.
 */
public final class HostSockets extends SocketFactory {

    private static final Map<String, SocketFactory> BY_KEY = new ConcurrentHashMap<>();

    private final SocketFactory host;

    /** @param key what {@link #register} answered */
    public HostSockets(String key) {
        SocketFactory registered = BY_KEY.get(key);
        if (registered == null) {
            throw new IllegalStateException("No sockets are registered as '" + key + "': the plugin has ended.");
        }
        this.host = registered;
    }

    /** Keeps a factory until {@link #forget}, and answers its key. */
    static String register(SocketFactory factory) {
        String key = UUID.randomUUID().toString();
        BY_KEY.put(key, factory);
        return key;
    }

    static void forget(String key) {
        BY_KEY.remove(key);
    }

    @Override
    public Socket createSocket() throws IOException {
        return host.createSocket();
    }

    @Override
    public Socket createSocket(String name, int port) throws IOException {
        return host.createSocket(name, port);
    }

    @Override
    public Socket createSocket(String name, int port, InetAddress local, int localPort) throws IOException {
        return host.createSocket(name, port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
        return host.createSocket(address, port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort) throws IOException {
        return host.createSocket(address, port, local, localPort);
    }
}
