package io.dataprism.core.cluster;

/** Sees to it that what this node alone has is not lost with it. Any thread that may block. */
@FunctionalInterface
public interface BlobReplicator {

    /**
     * Blocks until a second node has a file of this one's, on its disk. At once where it has it already, and where there is no other node
     * that keeps what is shared.
     *
     * @param kind what it is: {@code packages}, {@code tables}
     * @param digest SHA-256 of the content, in hexadecimal
     * @throws io.dataprism.core.error.DataPrismException {@code NODE_LOST}, retryable, that names both, where there are other nodes and none
     *     could take it
     */
    void replicate(String kind, String digest);
}
