package io.dataprism.core.confinement;

import java.nio.file.Path;

/**
 * How many children wait for plugins.
 *
 * @param size 0: none
 * @param folder of this node alone, on the disk of the plugins' folders and packages; emptied
 */
public record PoolSettings(int size, Path folder) {

    /** No child waits. */
    public static final PoolSettings NONE = new PoolSettings(0, Path.of(""));
}
