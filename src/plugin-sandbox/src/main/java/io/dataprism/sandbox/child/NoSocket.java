package io.dataprism.sandbox.child;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import org.jspecify.annotations.Nullable;

/**
 * What is behind every socket that is not the host's: nothing, and a word about where sockets come from. The JDK's own
 * implementation cannot even be loaded where the kernel refuses sockets, and the JDK makes one also where it is never used, as
 * under TLS that is layered over a socket of the host's.
 */
final class NoSocket extends SocketImpl {

    /** From now on, for the whole process. */
    @SuppressWarnings("deprecation") // the way for servers is not; for this there is no other
    static void everywhere() throws IOException {
        Socket.setSocketImplFactory(NoSocket::new);
    }

    private static SocketException refused() {
        return new SocketException(
                "A plugin has no sockets of its own: take them from context.services().network().socketFactory().");
    }

    @Override
    protected void create(boolean stream) throws IOException {
        throw refused();
    }

    @Override
    protected void connect(String host, int port) throws IOException {
        throw refused();
    }

    @Override
    protected void connect(InetAddress address, int port) throws IOException {
        throw refused();
    }

    @Override
    protected void connect(SocketAddress address, int timeout) throws IOException {
        throw refused();
    }

    @Override
    protected void bind(InetAddress host, int port) throws IOException {
        throw refused();
    }

    @Override
    protected void listen(int backlog) throws IOException {
        throw refused();
    }

    @Override
    protected void accept(SocketImpl socket) throws IOException {
        throw refused();
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        throw refused();
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        throw refused();
    }

    @Override
    protected int available() {
        return 0;
    }

    @Override
    protected void close() {}

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw refused();
    }

    @Override
    public void setOption(int option, @Nullable Object value) throws SocketException {
        throw refused();
    }

    @Override
    public Object getOption(int option) throws SocketException {
        throw refused();
    }
}
