package io.dataprism.core.dataset;

import io.dataprism.core.cluster.BlobFetcher;
import io.dataprism.core.cluster.BlobReplicator;
import io.dataprism.core.cluster.SharedMap;
import java.time.Duration;

/**
 * How the tables of this node are the cluster's.
 *
 * @param tables an entry for each table, also for those that were dropped
 * @param fetcher brings files here
 * @param replicator brings files to a second node
 * @param shown what other nodes' queries see
 * @param sample whether the sample table is to be loaded, once in the life of the cluster
 * @param timing how long things take
 */
public record TableSharing(
        SharedMap tables,
        BlobFetcher fetcher,
        BlobReplicator replicator,
        ShownTables shown,
        boolean sample,
        Timing timing) {

    /** What kind of files tables are made of, for {@link BlobFetcher} and {@link BlobReplicator}. */
    public static final String KIND = "tables";

    /**
     * How long things take.
     *
     * @param look between two looks at everything, which repair what listeners missed
     * @param settle how long a change waits for other nodes to see it, at most
     * @param grace how long a file is kept that nobody names
     * @param sweep between two looks for such files
     */
    public record Timing(Duration look, Duration settle, Duration grace, Duration sweep) {

        /** Those of a node. */
        public static Timing defaults() {
            return new Timing(
                    Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofMinutes(10));
        }
    }
}
