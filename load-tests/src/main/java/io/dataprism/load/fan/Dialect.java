package io.dataprism.load.fan;

import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How a server's subscribers speak to it.
 *
 * @param status that the handshake must be answered with
 * @param opening the handshake, by topic
 * @param subscribing the frame that follows it, by topic and cursor; empty: none
 */
record Dialect(
        int status,
        Framing framing,
        Supplier<Splitting> newSplitting,
        Function<String, byte[]> opening,
        BiFunction<String, String, byte[]> subscribing) {

    static final String SUBPROTOCOL = "Sec-WebSocket-Protocol: dataprism.v1\r\n";

    private static final int SWITCHED = 101;
    private static final int OK = 200;
    private static final byte[] NOTHING = {};

    /** By its name, as questions have it. @param token of ours */
    static Dialect of(String name, String token) {
        return switch (name) {
            case "dataprism-websocket" -> dataPrismSocket(token);
            case "dataprism-sse" ->
                stream(Framing.CHUNKED, topic -> Frames.stream("/v1/events?topic=" + topic, bearer(token)));
            case "nchan-websocket", "bun-websocket" -> socket(topic -> Frames.handshake("/sub/" + topic, ""));
            case "nchan-sse" -> stream(Framing.NONE, topic -> Frames.stream("/sub/" + topic, ""));
            case "nats-websocket" -> natsSocket();
            default -> throw new IllegalArgumentException("There is no dialect " + name + ".");
        };
    }

    private static Dialect dataPrismSocket(String token) {
        return new Dialect(
                SWITCHED,
                Framing.WEB_SOCKET,
                Splitting::byFrame,
                topic -> Frames.handshake("/v1/ws", SUBPROTOCOL + bearer(token)),
                (topic, cursor) -> Frames.text("{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"" + topic + "\"]"
                        + (cursor.isEmpty() ? "}" : ",\"cursor\":\"" + cursor + "\"}")));
    }

    private static Dialect natsSocket() {
        return new Dialect(
                SWITCHED,
                Framing.WEB_SOCKET,
                Splitting::byNats,
                topic -> Frames.handshake("/", ""),
                (topic, cursor) -> Frames.binary(
                        "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB " + topic.replace(':', '.') + " 1\r\n"));
    }

    private static Dialect socket(Function<String, byte[]> opening) {
        return new Dialect(SWITCHED, Framing.WEB_SOCKET, Splitting::byFrame, opening, (topic, cursor) -> NOTHING);
    }

    private static Dialect stream(Framing framing, Function<String, byte[]> opening) {
        return new Dialect(OK, framing, Splitting::byEmptyLine, opening, (topic, cursor) -> NOTHING);
    }

    static String bearer(String token) {
        return "Authorization: Bearer " + token + "\r\n";
    }

    byte[] handshake(String topic) {
        return opening.apply(topic);
    }

    byte[] subscription(String topic, String cursor) {
        return subscribing.apply(topic, cursor);
    }

    /** What is to be said to a message that is no event; empty: nothing. */
    static byte[] answer(String message) {
        return message.startsWith("PING") ? Frames.binary("PONG\r\n") : NOTHING;
    }

    /** Whether such a message tells that something went wrong. */
    static boolean isTrouble(String message) {
        return message.startsWith("{\"op\":\"error\"")
                || message.startsWith("{\"op\":\"gap\"")
                || message.startsWith("-ERR")
                || message.contains("\nevent: gap\n");
    }
}
