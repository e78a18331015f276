package io.dataprism.core.cluster;

import org.jspecify.annotations.Nullable;

/**
 * What a node has of others for the parts that keep things.
 *
 * @param maps null: it is alone, and things are kept in its files only
 * @param blobs null: no file comes from elsewhere
 * @param replicator null: no file goes elsewhere
 */
public record Sharing(
        @Nullable SharedMaps maps,
        @Nullable BlobFetcher blobs,
        @Nullable BlobReplicator replicator) {

    /** Of a node that is alone. */
    public static final Sharing ALONE = new Sharing(null, null, null);

    /** A map; null: the node is alone. */
    public @Nullable SharedMap map(String name) {
        return maps == null ? null : maps.map(name);
    }
}
