package io.dataprism.core.event.journal;

import java.nio.ByteBuffer;

/** Who is told what is on the disk while a {@link Journal} opens, in the order of the numbers. */
public interface RecordReader {

    /**
     * A segment begins.
     *
     * @param number of its first record
     * @param head as it was passed to {@link Journal#roll}
     */
    void onHead(long number, ByteBuffer head);

    /**
     * A record.
     *
     * @param number greater than that of the one before; where it is not the next, what lies between is lost
     */
    void onRecord(long number, ByteBuffer payload);
}
