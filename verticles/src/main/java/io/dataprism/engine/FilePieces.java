package io.dataprism.engine;

import io.dataprism.plugin.Batch;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;

/** A file as batches of one row, each a piece of it; read by workers, a piece for each batch that is asked for. */
final class FilePieces {

    static final int PIECE_BYTES = 1 << 20;

    private static final Schema SCHEMA = new Schema(List.of(Field.nullable("bytes", ArrowType.Binary.INSTANCE)));

    private FilePieces() {}

    /** The pieces, in order; the subscriber closes them. */
    static Flux<Batch> of(Vertx vertx, Path file, BufferAllocator allocator) {
        return Flux.<Batch, FileChannel>generate(
                        () -> FileChannel.open(file),
                        (channel, sink) -> {
                            next(channel, allocator, sink);
                            return channel;
                        },
                        FilePieces::close)
                .subscribeOn(Schedulers.fromExecutor(task -> vertx.executeBlocking(
                        () -> {
                            task.run();
                            return true;
                        },
                        false)));
    }

    private static void next(FileChannel channel, BufferAllocator allocator, SynchronousSink<Batch> sink) {
        try {
            int length = (int) Math.min(PIECE_BYTES, channel.size() - channel.position());
            if (length <= 0) {
                sink.complete();
            } else {
                sink.next(read(channel, length, allocator));
            }
        } catch (IOException failure) {
            sink.error(failure);
        }
    }

    private static Batch read(FileChannel channel, int length, BufferAllocator allocator) throws IOException {
        VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
        try {
            byte[] piece = new byte[length];
            ByteBuffer into = ByteBuffer.wrap(piece);
            while (into.hasRemaining()) {
                if (channel.read(into) < 0) {
                    throw new IOException("The file has become shorter while it was read.");
                }
            }
            VarBinaryVector pieces = (VarBinaryVector) root.getVector(0);
            pieces.allocateNew(length, 1);
            pieces.set(0, piece);
            pieces.setValueCount(1);
            root.setRowCount(1);
            return new Batch(root);
        } catch (IOException | RuntimeException e) {
            root.close();
            throw e;
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
