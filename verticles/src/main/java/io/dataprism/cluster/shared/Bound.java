package io.dataprism.cluster.shared;

import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;

/** What may be put into a map. */
final class Bound {

    /** Of one value. */
    static final int VALUE_BYTES = 4 * 1024 * 1024;

    /** Of all values of a map: every node has them in memory. */
    static final long MAP_BYTES = 256L * 1024 * 1024;

    private Bound() {}

    static void check(String place, String key, byte[] bytes, LocalCopy copy) {
        if (!CopyFolder.isKey(key)) {
            throw new DataPrismException(
                    ErrorCode.REQUEST_INVALID,
                    "The key of " + place + " is empty, or longer than " + CopyFolder.LONGEST_KEY_BYTES + " bytes.",
                    "Choose a shorter name.");
        }
        if (bytes.length > VALUE_BYTES) {
            throw new DataPrismException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    place + " would have " + bytes.length + " bytes; nodes share at most " + VALUE_BYTES
                            + " under one key.",
                    "Make it smaller.");
        }
        SharedMap.Value before = copy.find(key);
        long after = copy.bytes() - (before == null ? 0 : before.bytes().length) + bytes.length;
        if (after > MAP_BYTES && bytes.length > 0) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "With " + place + " there would be " + after + " bytes of its kind; nodes share at most "
                            + MAP_BYTES + ".",
                    "Delete what is no longer needed.");
        }
    }
}
