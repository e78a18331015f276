package io.dataprism.core.format;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageChannelReader;
import org.apache.arrow.vector.ipc.message.MessageResult;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.TransferPair;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Reads an uploaded Arrow IPC stream from a file. Nothing of it is believed: each batch is checked before it is handed on. */
public final class ArrowUpload {

    private ArrowUpload() {}

    /**
     * The batches of a file, read as they are asked for, on whatever thread asks: it blocks on the disk. Each subscriber
     * reads the file anew and closes what it receives. Fails with {@code DATA_INVALID} where the file is no Arrow stream.
     *
     * @param allocator its limit bounds what one reader holds at a time
     */
    public static Flux<Batch> read(Path file, BufferAllocator allocator) {
        return Flux.generate(
                () -> new Reader(file, allocator),
                (reader, sink) -> {
                    try {
                        Batch batch = reader.next();
                        if (batch == null) {
                            sink.complete();
                        } else {
                            sink.next(batch);
                        }
                    } catch (DataPrismException known) {
                        sink.error(known);
                    } catch (Exception broken) {
                        sink.error(invalid(reader.batches, broken));
                    }
                    return reader;
                },
                Reader::close);
    }

    private static DataPrismException invalid(long batches, Throwable cause) {
        return new DataPrismException(
                ErrorCode.DATA_INVALID,
                "The body is no valid Arrow IPC stream: batch " + (batches + 1) + " cannot be read.",
                "Send a stream (not a file) of uncompressed record batches.",
                cause);
    }

    private static final class Reader {

        private static final long ROUNDING_BYTES = 1024 * 1024;

        private final BufferAllocator allocator;
        private final FileChannel channel;
        private final Messages messages;
        private final ArrowStreamReader stream;
        private long batches;

        Reader(Path file, BufferAllocator parent) throws IOException {
            channel = FileChannel.open(file);
            // rounding to powers of two can double what one message takes
            allocator = parent.newChildAllocator(
                    "upload", 0, Math.min(parent.getLimit(), 2 * channel.size() + ROUNDING_BYTES));
            messages = new Messages(channel, allocator);
            stream = new ArrowStreamReader(messages, allocator);
        }

        @Nullable
        Batch next() throws IOException {
            if (batches == 0 && !ArrowFraming.check(channel, 0, true)) {
                throw new EOFException("the upload has no end of stream");
            }
            VectorSchemaRoot root = stream.getVectorSchemaRoot();
            if (!stream.getDictionaryVectors().isEmpty()
                    || hasDictionary(root.getSchema().getFields())) {
                throw new DataPrismException(
                        ErrorCode.DATA_INVALID,
                        "The Arrow stream has dictionary-encoded columns.",
                        "Decode the dictionaries before you send it.");
            }
            if (!stream.loadNextBatch()) {
                return null;
            }
            VectorCheck.requireValid(root);
            batches++;
            Batch batch = new Batch(handOver(root));
            messages.forget();
            return batch;
        }

        private static boolean hasDictionary(List<Field> fields) {
            return fields.stream()
                    .anyMatch(field -> field.getDictionary() != null || hasDictionary(field.getChildren()));
        }

        private VectorSchemaRoot handOver(VectorSchemaRoot root) {
            List<FieldVector> vectors = root.getFieldVectors().stream()
                    .map(vector -> {
                        TransferPair pair = vector.getTransferPair(vector.getField(), allocator.getParentAllocator());
                        pair.transfer();
                        return (FieldVector) pair.getTo();
                    })
                    .toList();
            return new VectorSchemaRoot(root.getSchema(), vectors, root.getRowCount());
        }

        void close() {
            try (channel;
                    allocator) {
                stream.close();
                messages.release();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("An uploaded file could not be closed", e);
            }
        }
    }

    /** Remembers the body of the last message: Arrow's reader loses it where the message is broken. */
    private static final class Messages extends MessageChannelReader {

        private @Nullable ArrowBuf body;

        Messages(FileChannel channel, BufferAllocator allocator) {
            super(new ReadChannel(channel), allocator);
        }

        @Override
        public @Nullable MessageResult readNext() throws IOException {
            MessageResult message = super.readNext();
            body = message == null ? null : message.getBodyBuffer();
            return message;
        }

        void forget() {
            body = null;
        }

        void release() {
            if (body != null) {
                int references = body.getReferenceManager().getRefCount();
                if (references > 0) {
                    body.getReferenceManager().release(references);
                }
            }
        }
    }
}
