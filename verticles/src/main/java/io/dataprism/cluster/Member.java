package io.dataprism.cluster;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node, as it has announced itself when it joined.
 *
 * @param id of its data folder: the same at each start
 * @param incarnation of its process: another one at each start
 * @param address where clients reach it, {@code host:port}; empty until its gateway listens
 * @param roles what it does
 * @param labels what the operator says of it
 * @param version of the service, a semantic version
 * @param data whether it keeps a share of what is shared; false: a lite member
 * @param peer where other nodes fetch its files, {@code host:port}; null: it is alone
 * @param draining whether it is about to leave: nothing new is placed on it
 */
public record Member(
        String id,
        String incarnation,
        String address,
        Set<Role> roles,
        Map<String, String> labels,
        String version,
        boolean data,
        @Nullable String peer,
        boolean draining) {

    public Member {
        roles = Set.copyOf(roles);
        labels = Map.copyOf(labels);
    }

    /** Whether it has that role and is not about to leave. */
    public boolean takes(Role role) {
        return roles.contains(role) && !draining;
    }

    /** The same, and clients reach it there. */
    public Member serving(String at) {
        return new Member(id, incarnation, at, roles, labels, version, data, peer, draining);
    }

    /** The same, and other nodes fetch its files there. */
    public Member withPeer(String at) {
        return new Member(id, incarnation, address, roles, labels, version, data, at, draining);
    }

    /** The same, about to leave. */
    public Member leaving() {
        return new Member(id, incarnation, address, roles, labels, version, data, peer, true);
    }
}
