package io.dataprism.load.fan;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One connection: read into the loop's buffer, what is not yet whole kept until more comes. */
abstract class Connection {

    private static final int SOURCES = 16;

    private final Loop loop;
    private final SocketChannel channel;
    private final SelectionKey key;
    private byte[] kept = new byte[0];
    private int keptLength;
    private @Nullable ByteBuffer unsent;
    private @Nullable String failure;
    private boolean reads = true;

    /**
     * Begins to connect.
     *
     * @param number tells which address of the loopback it comes from, since one has ports for 28,000
     * @param receiveBytes what the kernel keeps for a reader; 0: as it sees fit
     */
    Connection(Loop loop, int port, int number, int receiveBytes) throws IOException {
        this.loop = loop;
        this.channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_LINGER, 0); // closed with RST: nothing waits in TIME_WAIT
        if (receiveBytes > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
        }
        channel.bind(new InetSocketAddress(
                InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (2 + number % SOURCES)}), 0));
        this.key = channel.register(loop.selector(), SelectionKey.OP_CONNECT, this);
        channel.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
    }

    /** It is connected. */
    abstract void onConnected() throws IOException;

    /** Something came. Answers where what is not yet whole begins; that comes again, with more behind it. */
    abstract int onBytes(ByteBuffer in) throws IOException;

    final void onReady() {
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_READ);
                onConnected();
            }
            if (key.isValid() && key.isWritable()) {
                flush();
            }
            if (key.isValid() && key.isReadable()) {
                read();
            }
        } catch (IOException | RuntimeException failed) {
            fail(String.valueOf(failed));
        }
    }

    private void read() throws IOException {
        ByteBuffer in = loop.in().clear();
        in.put(kept, 0, keptLength);
        int count = channel.read(in);
        if (count < 0) {
            fail("the server ended the connection");
            return;
        }
        in.flip();
        int used = onBytes(in);
        keptLength = in.limit() - used;
        if (keptLength > kept.length) {
            kept = new byte[keptLength * 2];
        }
        in.get(used, kept, 0, keptLength);
    }

    /** Sends, and keeps what the kernel does not take. The buffer is the caller's again at once. */
    final void send(ByteBuffer bytes) throws IOException {
        ByteBuffer before = unsent;
        if (before == null) {
            channel.write(bytes);
        }
        if (bytes.hasRemaining() || before != null) {
            ByteBuffer all = ByteBuffer.allocate(bytes.remaining() + (before == null ? 0 : before.remaining()));
            if (before != null) {
                all.put(before);
            }
            unsent = all.put(bytes).flip();
            interest();
        }
    }

    private void flush() throws IOException {
        ByteBuffer rest = unsent;
        if (rest != null) {
            channel.write(rest);
            unsent = rest.hasRemaining() ? rest : null;
        }
        interest();
    }

    /** Reads no more, or goes on. */
    final void reads(boolean wanted) {
        reads = wanted;
        interest();
    }

    private void interest() {
        if (key.isValid()) {
            key.interestOps((reads ? SelectionKey.OP_READ : 0) | (unsent == null ? 0 : SelectionKey.OP_WRITE));
        }
    }

    final void fail(String why) {
        if (failure == null) {
            failure = why;
        }
        close();
    }

    /** Why it ended; null while it has not failed. */
    final @Nullable String failure() {
        return failure;
    }

    final void close() {
        try {
            key.cancel();
            channel.close();
        } catch (IOException gone) {
            // nothing is left to be closed
        }
    }
}
