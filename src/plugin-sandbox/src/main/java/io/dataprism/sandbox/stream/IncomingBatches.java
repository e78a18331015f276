package io.dataprism.sandbox.stream;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** A stream of batches that comes in: schema first, then batches within the credit. Fed by the link's reader. */
public final class IncomingBatches {

    private final StreamReceiver<Batch> receiver;
    private final BufferAllocator allocator;
    private final boolean trusted;
    private final Runnable tellPeer;
    private @Nullable Schema schema;

    /**
     * @param signals where the subscriber is called
     * @param trusted whether the peer is the host
     * @param tellPeer cancels at the peer, where the subscriber cancels or there is no memory
     */
    public IncomingBatches(
            Link link, long id, Executor signals, BufferAllocator allocator, boolean trusted, Runnable tellPeer) {
        this.receiver = new StreamReceiver<>(link, id, signals, Batch::close, tellPeer);
        this.allocator = allocator;
        this.trusted = trusted;
        this.tellPeer = tellPeer;
    }

    /** The batches; one subscriber, who closes them. */
    public Publisher<Batch> batches() {
        return receiver;
    }

    /** A frame of the stream. @throws ProtocolException where it is not legal now */
    public void onFrame(Frame frame, Function<byte[], Throwable> failureOf) {
        switch (frame.type()) {
            case SCHEMA -> schema(frame.payload());
            case BATCH -> batch(frame.payload());
            case END -> receiver.end(frame.number());
            case FAILED -> receiver.fail(failureOf.apply(frame.payload()));
            default -> throw new ProtocolException("A " + frame + " was sent on a stream of batches.");
        }
    }

    /** The schema, once it has come. */
    public @Nullable Schema schema() {
        return schema;
    }

    /** Fails the stream on this side. */
    public void fail(Throwable reason) {
        receiver.fail(reason);
    }

    /** Lets go of what is queued; nobody is told. */
    public void release() {
        receiver.release();
    }

    private void schema(byte[] payload) {
        if (schema != null) {
            throw new ProtocolException("A second schema was sent on a stream.");
        }
        schema = BatchCodec.decodeSchema(payload);
    }

    private void batch(byte[] payload) {
        receiver.checkCredit();
        Schema known = schema;
        if (known == null) {
            throw new ProtocolException("A batch was sent before its schema.");
        }
        try {
            receiver.next(BatchCodec.decode(payload, known, allocator, trusted));
        } catch (OutOfMemoryException full) {
            receiver.fail(full);
            tellPeer.run();
        }
    }
}
