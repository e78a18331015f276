package io.dataprism.stream;

import io.dataprism.plugin.Batch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/** One batch as an Arrow IPC stream of schema, batch and end. */
final class BatchWire {

    private BatchWire() {}

    static byte[] write(Batch batch) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ArrowStreamWriter writer = new ArrowStreamWriter(batch.root(), null, out)) {
            writer.start();
            writer.writeBatch();
            writer.end();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing a batch into memory failed.", impossible);
        }
        return out.toByteArray();
    }

    static Batch read(byte[] bytes, BufferAllocator allocator) {
        try (ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(bytes), allocator)) {
            VectorSchemaRoot loaded = reader.getVectorSchemaRoot();
            if (!reader.loadNextBatch()) {
                throw new IOException("A message of " + bytes.length + " bytes holds no batch.");
            }
            VectorSchemaRoot own = VectorSchemaRoot.create(loaded.getSchema(), allocator);
            try (ArrowRecordBatch shared = new VectorUnloader(loaded).getRecordBatch()) {
                new VectorLoader(own).load(shared);
            } catch (RuntimeException e) {
                own.close();
                throw e;
            }
            return new Batch(own);
        } catch (IOException e) {
            throw new UncheckedIOException("A batch from another node cannot be read.", e);
        }
    }
}
