package io.dataprism.load.watch;

import io.dataprism.load.child.ProcessMemory;

/**
 * What was found at one moment.
 *
 * @param heapBytes of the Java heap; only after a collection, else 0
 * @param children processes below it
 */
record Look(double seconds, ProcessMemory process, long heapBytes, long children, boolean collected) {

    private static final double MEBIBYTE = 1 << 20;

    double residentMebibytes() {
        return process.residentBytes() / MEBIBYTE;
    }

    double heapMebibytes() {
        return heapBytes / MEBIBYTE;
    }
}
