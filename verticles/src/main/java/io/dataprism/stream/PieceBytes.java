package io.dataprism.stream;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** The bytes of one piece of a batch: still in the batch's own buffers, or in a message that has arrived. */
sealed interface PieceBytes {

    /** How many they are. */
    int lengthBytes();

    /** In a message from another node. */
    record Arrived(Buffer wire, int start, int lengthBytes) implements PieceBytes {}

    /** In a batch of this node. Holds a reference on the batch until it is written or discarded. Safe on any thread. */
    final class Leaving implements PieceBytes {

        private final OutgoingBatch batch;
        private final int start;
        private final int lengthBytes;
        private final AtomicBoolean released = new AtomicBoolean();

        /** Takes over one reference. */
        Leaving(OutgoingBatch batch, int start, int lengthBytes) {
            this.batch = batch;
            this.start = start;
            this.lengthBytes = lengthBytes;
        }

        @Override
        public int lengthBytes() {
            return lengthBytes;
        }

        /** Appends the bytes, once; afterwards, or discarded, appends nothing. @return how many were appended */
        int writeTo(Buffer wire) {
            if (!released.compareAndSet(false, true)) {
                return 0;
            }
            try {
                batch.write(wire, start, lengthBytes);
                return lengthBytes;
            } finally {
                batch.release();
            }
        }

        /** The message is not going to be written. */
        void discard() {
            if (released.compareAndSet(false, true)) {
                batch.release();
            }
        }
    }
}
