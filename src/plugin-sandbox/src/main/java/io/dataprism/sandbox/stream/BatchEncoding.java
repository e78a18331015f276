package io.dataprism.sandbox.stream;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.PluginException;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameSink;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Outgoing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Batches as frames. One per stream: it holds the stream's schema. Batches are written by the link's writer, not before. */
public final class BatchEncoding implements StreamSender.Encoding<Batch> {

    private static final long SPLIT_ABOVE_BYTES = 8L * 1024 * 1024;

    private final BatchStreams streams;
    private @Nullable Schema schema;

    BatchEncoding(BatchStreams streams) {
        this.streams = streams;
    }

    @Override
    public Frame head(long id, Batch first) {
        byte[] encoded = BatchCodec.encodeSchema(first.schema());
        if (!FrameType.SCHEMA.allows(encoded.length)) {
            throw new PluginException(
                    "PAYLOAD_TOO_LARGE",
                    "The schema of " + first.schema().getFields().size() + " columns has " + encoded.length
                            + " bytes; at most " + FrameType.SCHEMA.mostBytes() + " go between a plugin and the host.");
        }
        return new Frame(FrameType.SCHEMA, id, encoded);
    }

    @Override
    public List<Batch> split(Batch batch) {
        try {
            checkSchema(batch.schema());
            List<Batch> pieces = new ArrayList<>();
            split(batch, pieces);
            return pieces;
        } catch (RuntimeException notLegal) {
            batch.close();
            throw notLegal;
        }
    }

    @Override
    public Outgoing frame(long id, Batch piece, StreamSender<Batch> sender) {
        return new BatchFrame(id, piece, sender, streams);
    }

    @Override
    public void release(Batch piece) {
        piece.close();
    }

    private void checkSchema(Schema found) {
        if (schema == null) {
            schema = found;
        } else if (!schema.equals(found)) {
            throw new IllegalArgumentException("All batches of a stream have one schema: a batch of " + found
                    + " follows batches of " + schema + ".");
        }
    }

    private static void split(Batch batch, List<Batch> pieces) {
        if (batch.rowCount() < 2 || batch.sizeBytes() <= SPLIT_ABOVE_BYTES || fits(batch)) {
            pieces.add(batch);
            return;
        }
        int half = batch.rowCount() / 2;
        VectorSchemaRoot root = batch.root();
        Batch first = new Batch(root.slice(0, half));
        Batch second = new Batch(root.slice(half, batch.rowCount() - half));
        batch.close();
        split(first, pieces);
        split(second, pieces);
    }

    private static boolean fits(Batch batch) {
        return BatchCodec.bodyBytes(batch.root()) <= SPLIT_ABOVE_BYTES;
    }

    private record BatchFrame(long id, Batch batch, StreamSender<Batch> sender, BatchStreams streams)
            implements Outgoing {

        @Override
        public void writeTo(FrameSink sink) throws IOException {
            // what is wrong with a batch is found before the first byte of it is written
            try (batch) {
                streams.write(sink, id, batch.root());
            } catch (RuntimeException notWritable) {
                sender.failed(notWritable);
            }
        }

        @Override
        public void discard() {
            batch.close();
        }
    }
}
