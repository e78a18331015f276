package io.dataprism.load.cluster.site;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Places for nodes, numbered from 0. One thread at a time; calls block for moments. */
public interface Site extends AutoCloseable {

    /** Of a node; the same each time. */
    Place place(int node);

    /** How many there are. */
    int size();

    /** Whether certificates are needed between nodes: other machines could reach them. */
    boolean isOpen();

    /** Whether {@link #cut} works. */
    boolean canCut();

    /**
     * From now on nodes of different sides do not reach each other. Clients reach all of them.
     *
     * @param sides each a set of nodes; a node that is in none is on the first
     */
    void cut(List<Set<Integer>> sides) throws IOException;

    /** All nodes reach each other again. */
    void heal() throws IOException;

    @Override
    void close() throws IOException;
}
