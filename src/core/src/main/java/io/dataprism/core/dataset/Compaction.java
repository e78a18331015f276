package io.dataprism.core.dataset;

import java.util.List;

/**
 * Which files at the end of a table are written anew as one, together with an appended one: the last {@value #SMALL_FILES} or
 * more, where all are small. So a table has few files however often it is appended to, an append rewrites at most {@link
 * #REWRITTEN_BYTES} and seldom anything, and rows stay in their order.
 */
final class Compaction {

    /** A file of so many bytes is never written again. */
    static final long SMALL_BYTES = 32L << 20;

    /** So many small files may stand at the end of a table. */
    static final int SMALL_FILES = 8;

    static final long REWRITTEN_BYTES = 512L << 20;

    private Compaction() {}

    /** How many of the last files are to be one with the appended file; 0: the appended one is only put behind them. */
    static int tail(List<Blob> files, long appendedBytes) {
        if (appendedBytes >= SMALL_BYTES) {
            return 0;
        }
        int count = 0;
        long bytes = appendedBytes;
        for (Blob file : files.reversed()) {
            bytes += file.bytes();
            if (file.bytes() >= SMALL_BYTES || bytes > REWRITTEN_BYTES) {
                break;
            }
            count++;
        }
        return count >= SMALL_FILES ? count : 0;
    }
}
