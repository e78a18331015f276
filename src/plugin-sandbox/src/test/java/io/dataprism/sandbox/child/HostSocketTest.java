package io.dataprism.sandbox.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dataprism.sandbox.frame.Exchange;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.stream.BatchArea;
import io.dataprism.sandbox.stream.BatchStreams;
import io.dataprism.sandbox.stream.BytesIn;
import io.dataprism.sandbox.stream.BytesOut;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets over frames: the host's end of the link sends back what it gets, from port 7, and does other things at others. */
@Timeout(30)
class HostSocketTest {

    private static final int ECHO = 7;
    private static final int REFUSED = 8;
    private static final int SILENT = 9;
    private static final int BREAKS = 10;

    private Link child;
    private Link host;
    private HostSocketFactory sockets;

    @BeforeEach
    void begin() throws IOException {
        Pipe down = Pipe.open();
        Pipe up = Pipe.open();
        child = new Link(
                Link.Side.CHILD,
                Channels.newInputStream(down.source()),
                Channels.newOutputStream(up.sink()),
                new Nobody());
        host = new Link(
                Link.Side.HOST,
                Channels.newInputStream(up.source()),
                Channels.newOutputStream(down.sink()),
                new Echoes());
        for (Link link : new Link[] {child, host}) {
            Thread.ofPlatform().daemon().start(link::read);
            Thread.ofPlatform().daemon().start(link::write);
        }
        BatchStreams streams =
                new BatchStreams(child, new RootAllocator(), new BatchArea(Link.Side.CHILD), true, () -> {});
        sockets = new HostSocketFactory(new HostRequests(child, streams, call -> Runnable::run));
    }

    @AfterEach
    void end() {
        child.end(new IOException("the test is over"));
        host.end(new IOException("the test is over"));
    }

    @Test
    void moreThanAWindowFlowsBothWaysAndEachDirectionEndsByItself() throws Exception {
        try (Socket socket = sockets.createSocket("somewhere", ECHO)) {
            byte[] sent = new byte[3 * BytesOut.WINDOW_BYTES + 11];
            for (int index = 0; index < sent.length; index++) {
                sent[index] = (byte) (index * 31);
            }
            Thread writer = Thread.ofPlatform().start(() -> write(socket, sent));
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isEqualTo(Byte.toUnsignedInt(sent[0]));
            byte[] read = in.readAllBytes();
            writer.join();
            assertThat(read).hasSize(sent.length - 1).endsWith(sent[sent.length - 1]);
            assertThat(in.available()).isZero();
            assertThat(socket.isOutputShutdown()).isTrue();
            assertThatThrownBy(() -> socket.getOutputStream().write(1)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void whatTheHostRefusesDoesNotConnect() {
        assertThatThrownBy(() -> sockets.createSocket("somewhere", REFUSED))
                .isInstanceOf(ConnectException.class)
                .hasMessageStartingWith("PERMISSION_DENIED");
    }

    @Test
    void waitsHaveLimits() throws Exception {
        Socket late = sockets.createSocket();
        assertThatThrownBy(() -> late.connect(InetSocketAddress.createUnresolved("somewhere", SILENT), 50))
                .isInstanceOf(SocketTimeoutException.class);
        try (Socket socket = sockets.createSocket("somewhere", ECHO)) {
            socket.setSoTimeout(50);
            assertThat(socket.getSoTimeout()).isEqualTo(50);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aBrokenConnectionAndAnEndedLinkFailTheReader() throws Exception {
        // it breaks at once: whether connecting or reading hears of it first is open
        assertThatThrownBy(() -> sockets.createSocket("somewhere", BREAKS)
                        .getInputStream()
                        .read())
                .hasMessageContaining("NETWORK_FAILED");
        Socket left = sockets.createSocket("somewhere", ECHO);
        child.end(new IOException("gone"));
        assertThatThrownBy(() -> left.getInputStream().read()).hasMessageContaining("gone");
    }

    @Test
    void aClosedSocketIsClosedForAll() throws Exception {
        Socket socket = sockets.createSocket(InetAddress.getLoopbackAddress(), ECHO);
        assertThat(socket.isConnected()).isTrue();
        assertThat(socket.isBound()).isTrue();
        assertThat(socket.getPort()).isEqualTo(ECHO);
        assertThat(socket.getRemoteSocketAddress()).isNotNull();
        assertThat(socket.getInetAddress()).isNull();
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        in.close();
        out.close();
        assertThat(socket.isClosed()).isTrue();
        assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> out.write(new byte[1])).isInstanceOf(SocketException.class);
        assertThatThrownBy(socket::getInputStream).isInstanceOf(SocketException.class);
        await().until(() -> host.openByPeer() == 0);
    }

    @Test
    void driversMaySetOptionsThatTheHostDecides() throws Exception {
        Socket socket = sockets.createSocket();
        socket.setTcpNoDelay(false);
        socket.setKeepAlive(true);
        socket.setSoLinger(true, 1);
        socket.setReceiveBufferSize(1);
        socket.setSendBufferSize(1);
        socket.setReuseAddress(true);
        socket.setTrafficClass(0);
        socket.bind(null);
        assertThat(socket.getTcpNoDelay()).isTrue();
        assertThat(socket.getReceiveBufferSize()).isEqualTo(socket.getSendBufferSize());
        assertThat(socket.supportedOptions()).isEmpty();
        assertThat(socket.isConnected()).isFalse();
        assertThatThrownBy(socket::getOutputStream).isInstanceOf(SocketException.class);
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static class Nobody implements Link.Owner {

        @Override
        public void onLinkFrame(Frame frame) {}

        @Override
        public void onCall(Frame call) {}

        @Override
        public void onEnded(Throwable reason) {}
    }

    /** The host's side. */
    private final class Echoes extends Nobody {

        @Override
        public void onCall(Frame call) {
            int port = Json.number(Json.decodeObject(call.payload()), "port").intValue();
            long id = call.id();
            switch (port) {
                case REFUSED -> host.send(Failures.frame(id, "PERMISSION_DENIED", "not there"));
                case SILENT -> host.accept(id, new Echo(id));
                default -> {
                    host.accept(id, new Echo(id));
                    host.send(Frame.of(FrameType.ITEM, id));
                    if (port == BREAKS) {
                        host.send(Failures.frame(id, "NETWORK_FAILED", "broken"));
                    }
                }
            }
        }
    }

    private final class Echo implements Exchange {

        private final long id;
        private final BytesIn in;
        private final BytesOut out;
        private final Deque<byte[]> waiting = new ArrayDeque<>();

        Echo(long id) {
            this.id = id;
            this.in = new BytesIn(host, id);
            this.out = new BytesOut(host, id);
        }

        @Override
        public void onFrame(Frame frame) {
            switch (frame.type()) {
                case BYTES -> {
                    in.received(frame.payload().length);
                    waiting.add(frame.payload());
                }
                case CREDIT -> out.credit(frame.number());
                case END -> in.ended(frame.number());
                default -> {
                    host.forget(id);
                    return;
                }
            }
            while (!waiting.isEmpty() && out.room() >= waiting.peek().length) {
                byte[] piece = waiting.remove();
                out.send(piece, 0, piece.length);
                in.used(piece.length);
            }
            if (waiting.isEmpty() && in.hasEnded()) {
                out.end();
            }
        }

        @Override
        public void onLinkEnded(Throwable reason) {}
    }
}
