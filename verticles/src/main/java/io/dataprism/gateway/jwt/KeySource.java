package io.dataprism.gateway.jwt;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;

/** Where keys are. Any thread. */
interface KeySource {

    /** The most bytes of a file or document with keys. */
    int BYTES_LIMIT = 1 << 20;

    /** The key of the configuration that names it, and its value. */
    String name();

    /** After how long it is read again. */
    Duration lasts();

    /** How long it is left alone after it was asked, whoever asks. */
    Duration rests();

    /** Reads it; nothing blocks. Ends within bounds of time and {@link #BYTES_LIMIT}. */
    Future<Buffer> read();

    /** The keys in what was read; on a worker. */
    List<VerificationKey> keys(Buffer content) throws UnusableKeys;

    /** Lets go of what it holds. */
    default Future<Void> close() {
        return Future.succeededFuture();
    }
}
