package io.dataprism.core.dataset;

/**
 * A file of the blob store.
 *
 * @param sha256 of its bytes, 64 lower-case hexadecimal digits: its name
 * @param bytes its size
 */
public record Blob(String sha256, long bytes) {}
