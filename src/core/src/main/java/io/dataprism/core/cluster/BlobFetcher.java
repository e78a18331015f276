package io.dataprism.core.cluster;

import java.nio.file.Path;

/** Brings files that are named by their content here from the nodes that have them. Any thread that may block. */
@FunctionalInterface
public interface BlobFetcher {

    /**
     * Makes a file with that content. Blocks until it is there, verified and forced to the disk.
     *
     * @param kind what it is: {@code packages}, {@code tables}
     * @param digest SHA-256 of the content, in hexadecimal
     * @param target where it is to lie; made whole or not at all. One that is there already is left as it is
     * @throws io.dataprism.core.error.DataPrismException that names the digest, where no node that is seen has it
     */
    void fetch(String kind, String digest, Path target);
}
