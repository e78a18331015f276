package io.dataprism.core.format;

/**
 * Packs a body slice by slice, each flushed, so that rows flow packed as they do plain. For one thread at a time; holds native
 * memory until {@link #close()}, which may be called again.
 */
public interface BodyPacking extends AutoCloseable {

    /** The name of it in {@code Content-Encoding}. */
    String encoding();

    /** Replaces what is in the sink by its packed form; {@code last} ends the stream. */
    void pack(ByteSink sink, boolean last);

    @Override
    void close();
}
