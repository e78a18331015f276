package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.confinement.HostStream;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Bytes of a real connection, with others that resume and write at the worst of moments. */
class ChannelStreamTest {

    private static final int SIZE_BYTES = 2_000_000;

    private final byte[] sent = new byte[SIZE_BYTES];

    ChannelStreamTest() {
        new Random(1).nextBytes(sent);
    }

    @Test
    void nothingOvertakesAPieceThatIsBeingHandedOver() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
            channel.connect(server.getLocalSocketAddress()).get(10, TimeUnit.SECONDS);
            ChannelStream stream = new ChannelStream(channel, () -> ChannelStream.closeQuietly(channel));
            try (Socket socket = server.accept()) {
                Impatient receiver = new Impatient(stream);
                stream.start(receiver);
                socket.getOutputStream().write(sent);
                socket.shutdownOutput();
                assertThat(receiver.whole.get(30, TimeUnit.SECONDS)).isEqualTo(sent);
                assertThat(receiver.overtaken).isFalse();
            }
        }
    }

    @Test
    void whoWritesUponEveryPieceThatIsOutWritesInOrder() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
            channel.connect(server.getLocalSocketAddress()).get(10, TimeUnit.SECONDS);
            ChannelStream stream = new ChannelStream(channel, () -> ChannelStream.closeQuietly(channel));
            try (Socket socket = server.accept()) {
                AtomicInteger next = new AtomicInteger();
                for (int ahead = 0; ahead < 4; ahead++) {
                    write(stream, next);
                }
                assertThat(socket.getInputStream().readNBytes(SIZE_BYTES)).isEqualTo(sent);
                stream.endOutput();
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    /** One at a time: pieces are told to be out on several threads. */
    private synchronized void write(ChannelStream stream, AtomicInteger next) {
        int piece = 1_000;
        int at = next.getAndAdd(piece);
        if (at < SIZE_BYTES) {
            stream.write(java.util.Arrays.copyOfRange(sent, at, at + piece), () -> write(stream, next));
        }
    }

    /** Has the stream resumed by another thread while a piece is handed over, and looks whether another comes meanwhile. */
    private static final class Impatient implements HostStream.Receiver {

        private static final int PIECES_WATCHED = 5;

        private final HostStream stream;
        private final ByteArrayOutputStream got = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private final CountDownLatch second = new CountDownLatch(1);
        private final AtomicInteger inside = new AtomicInteger();
        private int pieces;
        private boolean overtaken;

        Impatient(HostStream stream) {
            this.stream = stream;
        }

        @Override
        public void onBytes(byte[] bytes) {
            if (inside.incrementAndGet() > 1) {
                second.countDown();
            }
            try {
                Thread.ofPlatform().start(stream::resume).join();
                if (pieces++ < PIECES_WATCHED) {
                    overtaken |= second.await(20, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            got.writeBytes(bytes);
            inside.decrementAndGet();
        }

        @Override
        public void onEnd() {
            whole.complete(got.toByteArray());
        }

        @Override
        public void onFailure(Throwable reason) {
            whole.completeExceptionally(reason);
        }
    }
}
