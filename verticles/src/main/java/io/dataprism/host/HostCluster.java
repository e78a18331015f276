package io.dataprism.host;

import io.dataprism.cluster.AloneMembers;
import io.dataprism.cluster.BusNodeCalls;
import io.dataprism.cluster.LocalNodeStates;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.NodeCalls;
import io.dataprism.cluster.NodeStates;
import io.dataprism.cluster.Role;
import io.dataprism.node.NodeIdentity;
import java.util.EnumSet;
import java.util.Map;

/**
 * The other nodes, as the plugin host knows them.
 *
 * @param everyLabel whether this node runs what asks for labels that it has not: one that is alone does, since nobody else could
 */
public record HostCluster(Members members, NodeStates states, NodeCalls calls, boolean everyLabel) {

    /** Of a node that has joined others, or may. */
    public HostCluster(Members members, NodeStates states, NodeCalls calls) {
        this(members, states, calls, false);
    }

    /** Of a node that is alone and stays so. */
    public static HostCluster alone(NodeIdentity node) {
        Members members = new AloneMembers(new Member(
                node.id(), "alone", "", EnumSet.allOf(Role.class), Map.of(), node.version(), true, null, false));
        return alone(members);
    }

    /** The same, with what others know of it. */
    public static HostCluster alone(Members members) {
        String id = members.self().id();
        return new HostCluster(members, new LocalNodeStates(id), new BusNodeCalls(id, members), true);
    }

    /** This node's id. */
    String self() {
        return members.self().id();
    }
}
