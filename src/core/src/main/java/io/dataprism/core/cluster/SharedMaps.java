package io.dataprism.core.cluster;

/** The shared maps of a node. Any thread. */
@FunctionalInterface
public interface SharedMaps {

    /** The map of that name, which is one of few: {@code catalog}, {@code tables}, {@code tokens} and so on. The same object each time. */
    SharedMap map(String name);
}
