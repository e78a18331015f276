package io.dataprism.load.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One kept-alive HTTP/1.1 connection that posts queries and reads chunked answers. Does nothing beyond that: no headers are kept but
 * the query's id, no bytes are copied on their way but those of heads and chunk sizes. One thread; every read blocks.
 */
public final class HttpConnection implements AutoCloseable {

    public static final String ARROW = "application/vnd.apache.arrow.stream";
    public static final String NDJSON = "application/x-ndjson";
    public static final String CSV = "text/csv";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TIMEOUT_MILLIS = 600_000;

    private final SocketChannel channel;
    private final SocketSource source;
    private final String head;

    private HttpConnection(SocketChannel channel, String head) {
        this.channel = channel;
        this.source = new SocketSource(channel);
        this.head = head;
    }

    static HttpConnection open(int port, String token) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        String head = "POST /v1/query HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: application/json\r\n";
        return new HttpConnection(channel, head);
    }

    /** Asks and reads the head; the body is then to be read to its end, or the connection closed. */
    public AnswerBody query(String sql, String accept) throws IOException {
        send(sql, accept);
        String status = source.line();
        String queryId = "";
        boolean chunked = false;
        long length = -1;
        for (String line = source.line(); !line.isEmpty(); line = source.line()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon);
            if (name.equalsIgnoreCase("dataprism-query-id")) {
                queryId = line.substring(colon + 1).strip();
            } else if (name.equalsIgnoreCase("transfer-encoding")) {
                chunked = true;
            } else if (name.equalsIgnoreCase("content-length")) {
                length = Long.parseLong(line.substring(colon + 1).strip());
            }
        }
        if (!status.startsWith("HTTP/1.1 200") || chunked == (length >= 0)) {
            throw new IOException("The query was answered with " + status + ": " + sql);
        }
        return new AnswerBody(source, queryId, length);
    }

    /** Asks and reads nothing. */
    public void send(String sql, String accept) throws IOException {
        byte[] body = JSON.writeValueAsBytes(Map.of("sql", sql, "timeoutMs", TIMEOUT_MILLIS));
        String request = head + "Accept: " + accept + "\r\nContent-Length: " + body.length + "\r\n\r\n"
                + new String(body, StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
