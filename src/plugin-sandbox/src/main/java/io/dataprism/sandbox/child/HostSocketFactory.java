package io.dataprism.sandbox.child;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes sockets whose connections are the host's. Local addresses are ignored. */
final class HostSocketFactory extends SocketFactory {

    private final HostRequests requests;

    HostSocketFactory(HostRequests requests) {
        this.requests = requests;
    }

    @Override
    public Socket createSocket() throws IOException {
        return new HostSocket(requests);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        Socket socket = createSocket();
        socket.connect(InetSocketAddress.createUnresolved(host, port));
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port, @Nullable InetAddress local, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket(host.getHostAddress(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, @Nullable InetAddress local, int localPort)
            throws IOException {
        return createSocket(host, port);
    }
}
