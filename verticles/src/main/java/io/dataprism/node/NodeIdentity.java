package io.dataprism.node;

/**
 * Who this node is.
 *
 * @param id a UUID, the same at each start on one data folder; see {@link NodeIdFile}
 * @param version of the service, a semantic version
 */
public record NodeIdentity(String id, String version) {

    /** The version of this build. */
    public static final String VERSION = "0.1.0";
}
