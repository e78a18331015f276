package io.dataprism.core.cluster;

import java.nio.file.Path;
import java.util.Optional;

/** The files of one kind that this node has, under the SHA-256 of their content. Any thread that may block for a moment. */
public interface LocalBlobs {

    /**
     * A file that is not deleted as long as it is held.
     *
     * @param file where it is
     * @param bytes its size
     * @param release gives it back, once or more often; never blocks
     */
    record Held(Path file, long bytes, Runnable release) {}

    /** Holds a file; empty where this node has none of that digest. */
    Optional<Held> hold(String digest);

    /** Where it is, or would be; its folder is there. */
    Path place(String digest);

    /** Keeps a file, whether it is there yet or not, for a while in which nobody may name it yet. */
    void keep(String digest);
}
