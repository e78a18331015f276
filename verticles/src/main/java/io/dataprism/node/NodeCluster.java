package io.dataprism.node;

import io.dataprism.cluster.AloneMembers;
import io.dataprism.cluster.BusNodeCalls;
import io.dataprism.cluster.LocalNodeStates;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.NodeStates;
import io.dataprism.cluster.Role;
import io.dataprism.cluster.event.RingBufferEventLog;
import io.dataprism.cluster.member.ClusterSettings;
import io.dataprism.cluster.member.ClusterStartException;
import io.dataprism.cluster.member.JoinedCluster;
import io.dataprism.cluster.shared.HazelcastSharedMaps;
import io.dataprism.core.event.EventLog;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The nodes around this one: none, or those of a cluster. Everything else of a node is put together over this and does not ask which.
 *
 * @param vertx alone or clustered; closing it leaves
 * @param joined null: this node is alone
 * @param become tells others, where there are any, that this node has changed; blocks
 */
record NodeCluster(
        Vertx vertx,
        Members members,
        NodeStates states,
        BusNodeCalls calls,
        @Nullable JoinedCluster joined,
        Consumer<Member> become) {

    /**
     * Starts Vert.x, alone or as the configuration says. Blocks.
     */
    static NodeCluster start(
            NodeConfiguration configuration, NodeIdentity identity, VertxBuilder builder, VertxOptions options)
            throws NodeStartException {
        ClusterSettings settings = configuration.cluster();
        if (settings == null) {
            AloneMembers members = new AloneMembers(self(identity, EnumSet.allOf(Role.class), Map.of(), true));
            return new NodeCluster(
                    builder.with(options).build(),
                    members,
                    new LocalNodeStates(identity.id()),
                    new BusNodeCalls(identity.id(), members),
                    null,
                    members::become);
        }
        return Clustered.start(settings, identity, configuration.events().limits(), builder, options);
    }

    /** Apart, so that a node that is alone loads nothing of Hazelcast. */
    private static final class Clustered {
        static NodeCluster start(
                ClusterSettings settings,
                NodeIdentity identity,
                EventLog.Limits events,
                VertxBuilder builder,
                VertxOptions options)
                throws NodeStartException {
            try {
                JoinedCluster joined = JoinedCluster.join(
                        settings,
                        self(identity, settings.roles(), settings.labels(), settings.data()),
                        (config, majority) -> {
                            HazelcastSharedMaps.configure(config, settings.key(), majority);
                            RingBufferEventLog.configure(config, events);
                        },
                        builder,
                        options);
                return new NodeCluster(
                        joined.vertx(),
                        joined.members(),
                        joined.states(),
                        new BusNodeCalls(identity.id(), joined.members()),
                        joined,
                        joined::become);
            } catch (ClusterStartException e) {
                throw new NodeStartException(String.valueOf(e.getMessage()), e);
            }
        }
    }

    private static Member self(NodeIdentity identity, Set<Role> roles, Map<String, String> labels, boolean data) {
        // later ones sort behind earlier ones, so that of two words of one node the newer can be told
        String incarnation = Long.toString(InstantSource.system().millis(), 36)
                + "-"
                + Integer.toHexString(ThreadLocalRandom.current().nextInt());
        return new Member(identity.id(), incarnation, "", roles, labels, identity.version(), data, null, false);
    }

    /** Whether this node itself is fit to serve, whatever others are. Any thread; does not block. */
    boolean isSound() {
        JoinedCluster of = joined;
        return of == null || of.isReady();
    }

    /** Changes what this node says of itself. Blocks. */
    void change(UnaryOperator<Member> change) {
        become.accept(change.apply(members.self()));
    }
}
