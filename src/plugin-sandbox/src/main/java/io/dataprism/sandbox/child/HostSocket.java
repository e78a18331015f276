package io.dataprism.sandbox.child;

import io.dataprism.sandbox.stream.BytesOut;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose connection is the host's: the child has none of its own. Names are resolved by the host. Options of TCP are
 * the host's affair: setting them does nothing.
 */
final class HostSocket extends Socket {

    private final HostRequests requests;
    private volatile @Nullable HostConnection connection;
    private volatile @Nullable InetSocketAddress remote;
    private volatile boolean closed;
    private volatile boolean outputShut;
    private volatile int timeoutMillis;

    /** Without an implementation of the JDK's, which would want a socket of the system. */
    HostSocket(HostRequests requests) throws SocketException {
        super((SocketImpl) null);
        this.requests = requests;
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int limitMillis) throws IOException {
        if (!(endpoint instanceof InetSocketAddress address)) {
            throw new IllegalArgumentException("A socket connects to host and port, not to " + endpoint + ".");
        }
        if (closed || connection != null) {
            throw new SocketException("This socket is " + (closed ? "closed." : "connected already."));
        }
        connection = requests.connect(address.getHostString(), address.getPort(), limitMillis);
        remote = address;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new Input(open());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Output(open());
    }

    @Override
    public void close() {
        closed = true;
        HostConnection held = connection;
        if (held != null) {
            held.close();
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        open().shutdownOutput();
        outputShut = true;
    }

    @Override
    public void shutdownInput() throws IOException {
        open();
    }

    @Override
    public boolean isConnected() {
        return connection != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut;
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        InetSocketAddress address = remote;
        return address == null ? null : address.getAddress();
    }

    @Override
    public int getPort() {
        InetSocketAddress address = remote;
        return address == null ? 0 : address.getPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return remote;
    }

    @Override
    public @Nullable InetAddress getLocalAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return null;
    }

    @Override
    public boolean isBound() {
        return connection != null;
    }

    @Override
    public boolean isInputShutdown() {
        return false;
    }

    @Override
    public int getLocalPort() {
        return -1;
    }

    @Override
    public void setSoTimeout(int timeout) {
        timeoutMillis = timeout;
    }

    @Override
    public int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public void setSoLinger(boolean on, int linger) {}

    @Override
    public void setReceiveBufferSize(int size) {}

    @Override
    public void setSendBufferSize(int size) {}

    @Override
    public int getReceiveBufferSize() {
        return BytesOut.WINDOW_BYTES;
    }

    @Override
    public int getSendBufferSize() {
        return BytesOut.WINDOW_BYTES;
    }

    @Override
    public void setReuseAddress(boolean on) {}

    @Override
    public void setTrafficClass(int trafficClass) {}

    @Override
    public void bind(@Nullable SocketAddress local) {}

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) {
        return this;
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of();
    }

    private HostConnection open() throws SocketException {
        HostConnection held = connection;
        if (closed || held == null) {
            throw new SocketException("This socket is " + (closed ? "closed." : "not connected."));
        }
        return held;
    }

    private final class Input extends InputStream {

        private final HostConnection from;

        Input(HostConnection from) {
            this.from = from;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return from.read(one, 0, 1, timeoutMillis) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int at, int length) throws IOException {
            return from.read(bytes, at, length, timeoutMillis);
        }

        @Override
        public int available() {
            return from.available();
        }

        @Override
        public void close() {
            HostSocket.this.close();
        }
    }

    private final class Output extends OutputStream {

        private final HostConnection to;

        Output(HostConnection to) {
            this.to = to;
        }

        @Override
        public void write(int value) throws IOException {
            to.write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int at, int length) throws IOException {
            to.write(bytes, at, length);
        }

        @Override
        public void close() {
            HostSocket.this.close();
        }
    }
}
