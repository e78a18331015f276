package io.dataprism.cluster;

import java.util.Locale;

/** What a node does. */
public enum Role {
    /** It answers clients. */
    GATEWAY,
    /** It runs queries and has the tables' files. */
    ENGINE,
    /** It runs plugins. */
    PLUGINS;

    /** As in the contract and in configurations. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
