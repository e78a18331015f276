package io.dataprism.sandbox.stream;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** A stream of batches that comes in: schema first, then batches within the credit. Fed by the link's reader. */
public final class IncomingBatches {

    private final StreamReceiver<Batch> receiver;
    private final BatchStreams streams;
    private final Runnable tellPeer;
    private @Nullable Schema schema;

    IncomingBatches(Link link, long id, Executor signals, BatchStreams streams, Runnable tellPeer) {
        this.receiver = new StreamReceiver<>(link, id, signals, Batch::close, tellPeer);
        this.streams = streams;
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
            case BATCH, PLACED -> batch(frame);
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

    private void batch(Frame frame) {
        receiver.checkCredit();
        Schema known = schema;
        if (known == null) {
            throw new ProtocolException("A batch was sent before its schema.");
        }
        try {
            receiver.next(streams.read(frame, known));
        } catch (OutOfMemoryException full) {
            receiver.fail(full);
            tellPeer.run();
        }
    }
}
