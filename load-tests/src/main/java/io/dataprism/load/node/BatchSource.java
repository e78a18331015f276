package io.dataprism.load.node;

import io.dataprism.plugin.Batch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import reactor.core.publisher.Flux;

/** Batches like those of a table of flights, each decoded anew from the same bytes of Arrow, and what reads them. Any thread. */
final class BatchSource {

    private static final int ROWS = 32_768;
    private static final int AIRPORTS = 300;

    private final BufferAllocator allocator;
    private final byte[] encoded;

    BatchSource(BufferAllocator allocator) throws IOException {
        this.allocator = allocator;
        this.encoded = encode(allocator);
    }

    Flux<Batch> batches(int count) {
        return Flux.range(0, count).map(each -> decode());
    }

    /** Reads every byte of a batch and closes it; answers how many there were. */
    static long read(Batch batch) {
        try (batch) {
            long bytes = 0;
            long sum = 0;
            for (FieldVector vector : batch.root().getFieldVectors()) {
                for (ArrowBuf buffer : vector.getBuffers(false)) {
                    long length = buffer.readableBytes();
                    for (long at = 0; at + Long.BYTES <= length; at += Long.BYTES) {
                        sum += buffer.getLong(at);
                    }
                    bytes += length;
                }
            }
            // the sum is nothing that anybody wants, but the compiler may not know
            return sum == Long.MIN_VALUE ? bytes + 1 : bytes;
        }
    }

    private Batch decode() {
        try (ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(encoded), allocator)) {
            reader.loadNextBatch();
            VectorSchemaRoot from = reader.getVectorSchemaRoot();
            VectorSchemaRoot root = VectorSchemaRoot.create(from.getSchema(), allocator);
            try (ArrowRecordBatch loaded = new VectorUnloader(from).getRecordBatch()) {
                new VectorLoader(root).load(loaded);
            }
            return new Batch(root);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static byte[] encode(BufferAllocator allocator) throws IOException {
        try (BigIntVector time = new BigIntVector("time", allocator);
                Float8Vector distance = new Float8Vector("distance", allocator);
                IntVector delay = new IntVector("delay", allocator);
                VarCharVector origin = new VarCharVector("origin", allocator);
                VarCharVector destination = new VarCharVector("destination", allocator)) {
            for (int row = 0; row < ROWS; row++) {
                time.setSafe(row, row * 60_000L);
                distance.setSafe(row, row * 1.5);
                delay.setSafe(row, row % 240 - 30);
                origin.setSafe(row, airport(row));
                destination.setSafe(row, airport(row * 7));
            }
            try (VectorSchemaRoot root = VectorSchemaRoot.of(time, distance, delay, origin, destination)) {
                root.setRowCount(ROWS);
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
                    writer.writeBatch();
                }
                return bytes.toByteArray();
            }
        }
    }

    private static byte[] airport(int number) {
        return String.format("A%03d", number % AIRPORTS).getBytes(StandardCharsets.US_ASCII);
    }
}
