package io.dataprism.load.service;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One kept-alive HTTP/1.1 connection that calls the same operation again and again. One thread; blocks. */
public final class CallConnection implements AutoCloseable {

    private final SocketChannel channel;
    private final SocketSource source;
    private final byte[] request;

    private CallConnection(SocketChannel channel, byte[] request) {
        this.channel = channel;
        this.source = new SocketSource(channel);
        this.request = request;
    }

    public static CallConnection open(String host, PluginsOfService.Target target) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(host, target.port()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        byte[] body = target.body().getBytes(StandardCharsets.UTF_8);
        String head = "POST " + target.path() + " HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer "
                + target.token() + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        return new CallConnection(channel, (head + target.body()).getBytes(StandardCharsets.UTF_8));
    }

    /** Calls and reads the answer; how long that took, in nanoseconds. @throws IOException where it is no good one */
    public long call() throws IOException {
        long start = System.nanoTime();
        ByteBuffer out = ByteBuffer.wrap(request);
        while (out.hasRemaining()) {
            channel.write(out);
        }
        String status = source.line();
        long length = -1;
        for (String line = source.line(); !line.isEmpty(); line = source.line()) {
            if (line.regionMatches(true, 0, "content-length:", 0, "content-length:".length())) {
                length = Long.parseLong(
                        line.substring("content-length:".length()).strip());
            }
        }
        if (length < 0) {
            throw new IOException("The answer has no length: " + status);
        }
        ByteBuffer body = ByteBuffer.allocate((int) length);
        while (body.hasRemaining()) {
            source.read(body, body.remaining());
        }
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException(
                    "The call was answered with " + status + ": " + new String(body.array(), StandardCharsets.UTF_8));
        }
        return System.nanoTime() - start;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
