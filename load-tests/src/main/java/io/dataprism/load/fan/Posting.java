package io.dataprism.load.fan;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * How one publisher publishes.
 *
 * @param greeting what is sent once, and answered; empty: nothing
 * @param requests one for each topic, with a blank mark
 */
record Posting(byte[] greeting, List<Request> requests, Reply reply) {

    private static final String FRAME = "{\"mark\":\"\",\"fill\":\"\"}";
    private static final byte[] NOTHING = {};

    /** A request's bytes, which each event is written into. */
    static final class Request {

        private final byte[] bytes;
        private final int markAt;

        Request(byte[] bytes) {
            this.bytes = bytes;
            this.markAt = Mark.find(ByteBuffer.wrap(bytes), 0, bytes.length, 0);
        }

        ByteBuffer with(int publisher, int topic, int number, long nanos) {
            Mark.write(bytes, markAt, publisher, topic, number, nanos);
            return ByteBuffer.wrap(bytes);
        }
    }

    /**
     * By its name, as questions have it.
     *
     * @param token of ours
     * @param sizeBytes of the data
     */
    static Posting of(String name, String token, Topics topics, int sizeBytes) {
        return switch (name) {
            case "dataprism-http" ->
                of(
                        NOTHING,
                        Reply.http(),
                        topics,
                        sizeBytes,
                        (topic, data) -> Frames.post(
                                "/v1/events/" + topic,
                                Dialect.bearer(token) + "Content-Type: application/json\r\n",
                                "{\"data\":" + data + "}"));
            case "dataprism-websocket" ->
                of(
                        Frames.handshake("/v1/ws", Dialect.SUBPROTOCOL + Dialect.bearer(token)),
                        Reply.socket(),
                        topics,
                        sizeBytes,
                        (topic, data) -> Frames.text(
                                "{\"op\":\"publish\",\"id\":\"p\",\"topic\":\"" + topic + "\",\"data\":" + data + "}"));
            case "peer-http" ->
                of(
                        NOTHING,
                        Reply.http(),
                        topics,
                        sizeBytes,
                        (topic, data) -> Frames.post("/pub/" + topic, "Content-Type: application/json\r\n", data));
            case "nats" ->
                of(
                        Frames.bytes("CONNECT {\"verbose\":true,\"pedantic\":false}\r\n"),
                        Reply.natsLine(),
                        topics,
                        sizeBytes,
                        (topic, data) -> Frames.bytes(
                                "PUB " + topic.replace(':', '.') + " " + data.length() + "\r\n" + data + "\r\n"));
            case "jetstream" -> jetStream(topics, sizeBytes);
            default -> throw new IllegalArgumentException("There is no way to publish called " + name + ".");
        };
    }

    /** Its greeting makes a stream in memory with the bounds of our log. */
    private static Posting jetStream(Topics topics, int sizeBytes) {
        String stream = "{\"name\":\"" + topics.prefix() + "\",\"subjects\":[\""
                + topics.prefix().replace(':', '.')
                + ".>\"],\"retention\":\"limits\",\"storage\":\"memory\",\"discard\":\"old\",\"num_replicas\":1,"
                + "\"max_msgs\":100000,\"max_bytes\":268435456,\"max_age\":3600000000000,\"max_consumers\":-1}";
        return of(
                Frames.bytes("CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB _INBOX.bench 1\r\n"
                        + "PUB $JS.API.STREAM.CREATE." + topics.prefix() + " _INBOX.bench " + stream.length() + "\r\n"
                        + stream
                        + "\r\n"),
                Reply.jetStream(),
                topics,
                sizeBytes,
                (topic, data) -> Frames.bytes(
                        "PUB " + topic.replace(':', '.') + " _INBOX.bench " + data.length() + "\r\n" + data + "\r\n"));
    }

    private static Posting of(
            byte[] greeting, Reply reply, Topics topics, int sizeBytes, BiFunction<String, String, byte[]> request) {
        String data = data(sizeBytes);
        List<Request> requests = new ArrayList<>();
        for (int topic = 0; topic < topics.count(); topic++) {
            requests.add(new Request(request.apply(topics.name(topic), data)));
        }
        return new Posting(greeting, requests, reply);
    }

    /** A JSON object of so many bytes, or as few as there can be. */
    static String data(int sizeBytes) {
        String fill = "x".repeat(Math.max(0, sizeBytes - FRAME.length() - Mark.LENGTH));
        return "{\"mark\":\"" + Mark.BLANK + "\",\"fill\":\"" + fill + "\"}";
    }
}
