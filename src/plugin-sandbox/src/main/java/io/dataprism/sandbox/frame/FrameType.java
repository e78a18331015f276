package io.dataprism.sandbox.frame;

import org.jspecify.annotations.Nullable;

/** The types of frames, each with the payload sizes that it may have. */
public enum FrameType {
    /** Child, on the link: it is confined. JSON: what the canary found open. */
    HELLO(1, 0, 64 * 1024),
    /** Host, on the link: make the plugin's instance. JSON. */
    GO(2, 0, 4 * 1024 * 1024),
    /** Child, on the link: the instance is made. */
    READY(3, 0, 0),
    /** Opens an exchange. JSON. */
    CALL(4, 0, FrameType.LARGEST_BYTES),
    /** Ends an exchange with a JSON value. */
    RESULT(5, 0, FrameType.LARGEST_BYTES),
    /** Ends an exchange with a document: a format's ordinal, then its bytes. */
    DOCUMENT(6, 1, FrameType.LARGEST_BYTES),
    /** Ends an exchange, or the sender's stream in it, with a failure. JSON. On the link: the instance cannot be made. */
    FAILED(7, 0, 256 * 1024),
    /** Says that the sender wants no more of the exchange. */
    CANCEL(8, 0, 0),
    /** The schema of a stream of batches: an Arrow IPC schema message. Before the first batch. */
    SCHEMA(9, 4, 1024 * 1024),
    /** A batch: length of the metadata, an Arrow IPC record batch message, its body. */
    BATCH(10, 8, FrameType.LARGEST_BYTES),
    /** A JSON value of a stream. */
    ITEM(11, 0, 1024 * 1024),
    /** Ends a stream: how many it had. */
    END(12, 8, 8),
    /** How many of a stream the receiver wants in all, from its beginning. */
    CREDIT(13, 8, 8),
    /** Child, on the link: a line for the log: a level's ordinal, then JSON, {@code {message, fields}}. */
    LOG(14, 1, 64 * 1024),
    /** Host, on the link: end. */
    BYE(15, 0, 0),
    /** Child: the thread of an operation that the host has cancelled has ended. */
    GONE(16, 0, 0),
    /** Bytes of a connection, either way; {@link #CREDIT} counts them. */
    BYTES(17, 1, 64 * 1024),
    /** Host, on the link: the child may place batches in the memory that both share. */
    SHARED(18, 0, 0),
    /** A batch whose body lies in that memory: its place in the sender's half, its length, an Arrow IPC record batch message. */
    PLACED(19, 24, 1024 * 1024),
    /** On the link: what the receiver of this had placed there is read. */
    FREED(20, 8, 8);

    /** No frame's payload is larger. */
    public static final int LARGEST_BYTES = 16 * 1024 * 1024;

    private static final FrameType[] ALL = values();

    private final int code;
    private final int leastBytes;
    private final int mostBytes;

    FrameType(int code, int leastBytes, int mostBytes) {
        this.code = code;
        this.leastBytes = leastBytes;
        this.mostBytes = mostBytes;
    }

    /** The byte on the wire. */
    public int code() {
        return code;
    }

    /** Whether a payload may have that size. */
    public boolean allows(long payloadBytes) {
        return payloadBytes >= leastBytes && payloadBytes <= mostBytes;
    }

    /** The largest payload. */
    public int mostBytes() {
        return mostBytes;
    }

    static @Nullable FrameType of(int code) {
        return code >= 1 && code <= ALL.length ? ALL[code - 1] : null;
    }
}
