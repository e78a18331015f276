package io.dataprism.core.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageChannelReader;
import org.apache.arrow.vector.ipc.message.MessageResult;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Reads an Arrow stream that a client wrote, and lets nobody see a batch before all of it is validated. Frees the body of a
 * message that could not be understood, which the reader that it extends forgets. For one thread at a time; blocks.
 */
final class CheckedArrowReader extends ArrowStreamReader {

    private final Messages messages;
    private @Nullable IOException failure;

    CheckedArrowReader(InputStream in, BufferAllocator allocator) {
        this(new Messages(in, allocator), allocator);
    }

    private CheckedArrowReader(Messages messages, BufferAllocator allocator) {
        super(messages, allocator);
        this.messages = messages;
    }

    /** After a failure, fails in the same way again: DuckDB asks more than once. */
    @Override
    public boolean loadNextBatch() throws IOException {
        IOException before = failure;
        if (before != null) {
            throw before;
        }
        try {
            boolean more = super.loadNextBatch();
            if (more) {
                ArrowCheck.validate(getVectorSchemaRoot(), getDictionaryVectors());
            }
            return more;
        } catch (IOException broken) {
            failure = broken;
            throw broken;
        } catch (RuntimeException broken) {
            IOException told = new IOException(String.valueOf(broken.getMessage()), broken);
            failure = told;
            throw told;
        }
    }

    @Override
    protected void loadRecordBatch(ArrowRecordBatch batch) {
        requireTrue(batch, () -> getVectorSchemaRoot().getSchema().getFields(), batch);
        super.loadRecordBatch(batch);
    }

    @Override
    protected void loadDictionary(ArrowDictionaryBatch batch) {
        Dictionary dictionary = dictionaries.get(batch.getDictionaryId());
        if (dictionary != null) {
            requireTrue(
                    batch.getDictionary(), () -> List.of(dictionary.getVector().getField()), batch);
        }
        super.loadDictionary(batch);
    }

    /** Where the batch lies, nobody else would give its bytes back. */
    private static void requireTrue(ArrowRecordBatch batch, Fields fields, AutoCloseable owner) {
        try {
            ArrowSizes.requireTrue(batch, fields.get());
        } catch (IOException lies) {
            try {
                owner.close();
            } catch (Exception impossible) {
                lies.addSuppressed(impossible);
            }
            throw new UncheckedIOException(lies.getMessage(), lies);
        }
    }

    @FunctionalInterface
    private interface Fields {
        List<Field> get() throws IOException;
    }

    @Override
    public void close() throws IOException {
        try {
            super.close();
        } finally {
            if (failure != null) {
                messages.freeLast();
            }
        }
    }

    private static final class Messages extends MessageChannelReader {

        private @Nullable ArrowBuf last;

        Messages(InputStream in, BufferAllocator allocator) {
            super(new ReadChannel(Channels.newChannel(in)), allocator);
        }

        @Override
        public @Nullable MessageResult readNext() throws IOException {
            last = null;
            MessageResult next = super.readNext();
            last = next == null ? null : next.getBodyBuffer();
            return next;
        }

        void freeLast() {
            ArrowBuf body = last;
            if (body != null && body.refCnt() > 0) {
                body.getReferenceManager().release(body.refCnt());
            }
        }
    }
}
