package io.dataprism.cluster.member;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.NodeStates;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as a member: the clustered Vert.x, Hazelcast under it, and over both the members and what they say. {@link #join} comes first,
 * then {@link #keepRoster} when what is shared is there, {@link #become} whenever the node changes, {@link #leave} before Vert.x is closed. All
 * of these block and belong to the thread that starts and stops the node.
 */
public final class JoinedCluster {

    private static final Logger LOG = LoggerFactory.getLogger(JoinedCluster.class);
    private static final long JOIN_SECONDS = 60;
    private static final int CONNECT_MILLIS = 2_000;
    private static final long NOTE_AGAIN_MILLIS = 1_000;
    /** One cut is noticed of each member at most so many of them after the first. */
    private static final int DOUBT_HEARTBEATS = 2;

    private static final int PING_MILLIS = 3_000;
    /** Longer than a busy node is silent: who is gone is told by the membership. */
    private static final int PONG_MILLIS = 20_000;
    /**
     * After so long without a word, a pong at least, a connection is closed, and what waits on it is lost. One that a cut has interrupted wakes
     * up when TCP tries again, which may be as long after the cut as the cut was long; what is written on it until then comes too late. The
     * bus itself waits until all is written before it closes one, and so for ever.
     */
    private static final int SILENT_SECONDS = 15;

    private final ClusterSettings settings;
    private final FreePorts ports;
    private final Vertx vertx;
    private final HazelcastInstance hazelcast;
    private final HazelcastNodeStates states;
    private final MemberWatch watch;
    private final ClusterMembers members;
    private final BackupWatch backups;
    private volatile @Nullable Roster roster;
    private volatile boolean leaving;

    private JoinedCluster(
            ClusterSettings settings, FreePorts ports, Vertx vertx, GuardedClusterManager manager, Member self) {
        this.settings = settings;
        this.ports = ports;
        this.vertx = vertx;
        this.hazelcast = manager.getHazelcastInstance();
        this.states = new HazelcastNodeStates(hazelcast, settings.key(), self.id());
        this.watch = new MemberWatch(
                hazelcast,
                member -> ClusterMembers.isDraining(states, member),
                settings.heartbeat().interval().multipliedBy(DOUBT_HEARTBEATS));
        this.members =
                new ClusterMembers(hazelcast, states, watch, self, settings.quorum(), this::known, manager::isMerging);
        manager.onMerge(members::look);
        this.backups = new BackupWatch(() -> hazelcast.getPartitionService().isLocalMemberSafe());
    }

    /** What was said of nodes by somebody without the cluster's key, since the start; it is ignored. Any thread. */
    public long forgedStates() {
        return states.forged();
    }

    /**
     * Becomes a member.
     *
     * @param self this node, which does not serve clients yet
     * @param owners add the configuration of their maps and rings; they are given whether there is a majority, which there is not before this
     *     is back
     * @param builder of the Vert.x, without options and cluster manager
     * @param options of it, without those of the bus
     */
    public static JoinedCluster join(
            ClusterSettings settings,
            Member self,
            BiConsumer<Config, BooleanSupplier> owners,
            VertxBuilder builder,
            VertxOptions options)
            throws ClusterStartException {
        FreePorts ports = FreePorts.take(settings.bind(), settings.ports());
        int port = ports.hazelcast();
        int bus = ports.bus();
        Config config = HazelcastConfiguration.of(settings, port);
        AtomicReference<@Nullable JoinedCluster> here = new AtomicReference<>();
        owners.accept(config, () -> {
            JoinedCluster known = here.get();
            return known != null && known.members.hasMajority();
        });
        GuardedClusterManager manager = new GuardedClusterManager(config);
        long began = System.nanoTime();
        try {
            Vertx vertx = builder.with(options.setEventBusOptions(bus(settings, bus)))
                    .withClusterManager(manager)
                    .buildClustered()
                    .await(JOIN_SECONDS, TimeUnit.SECONDS);
            LOG.info(
                    "Member of {} at {}:{}, bus at {}, as {} in {} ms",
                    config.getClusterName(),
                    settings.bind(),
                    port,
                    bus,
                    HazelcastConfiguration.shown(settings),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            JoinedCluster joined = new JoinedCluster(settings, ports, vertx, manager, self);
            joined.become(self);
            RegistrationReaper.begin(vertx, manager);
            here.set(joined);
            return joined;
        } catch (TimeoutException late) {
            ports.close();
            throw new ClusterStartException(
                    "the cluster was not joined within " + JOIN_SECONDS
                            + " s: see that the members named can be reached, on all of the cluster's ports.",
                    late);
        } catch (RuntimeException failure) {
            ports.close();
            throw new ClusterStartException(
                    "the cluster could not be joined (" + failure.getMessage()
                            + "): see that address, ports and certificates are those of this node.",
                    failure);
        }
    }

    private static EventBusOptions bus(ClusterSettings settings, int port) {
        EventBusOptions options = new EventBusOptions()
                .setHost(settings.bind())
                .setPort(port)
                .setConnectTimeout(CONNECT_MILLIS)
                .setClusterPingInterval(PING_MILLIS)
                .setClusterPingReplyInterval(PONG_MILLIS)
                .setReadIdleTimeout(SILENT_SECONDS);
        ClusterSettings.Tls tls = settings.tls();
        if (tls != null) {
            options.setSsl(true)
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .addCertPath(tls.certificate().toString())
                            .addKeyPath(tls.key().toString()))
                    .setTrustOptions(new PemTrustOptions().addCertPath(tls.ca().toString()))
                    .setClientAuth(ClientAuth.REQUIRED)
                    .setTrustAll(false);
        }
        return options;
    }

    /** The Vert.x that is clustered; closing it leaves the cluster. */
    public Vertx vertx() {
        return vertx;
    }

    public HazelcastInstance hazelcast() {
        return hazelcast;
    }

    /** When others were lost, for who keeps something in Hazelcast. */
    public MemberWatch watch() {
        return watch;
    }

    public Members members() {
        return members;
    }

    public NodeStates states() {
        return states;
    }

    /** The port at which this node is to serve files, which was kept for it until now. Once. */
    public int takePeerPort() {
        return ports.letGoOfPeer();
    }

    public ClusterSettings settings() {
        return settings;
    }

    /** Whether this node can lose nothing that it alone has, as far as it knows: for its readiness. Any thread; does not block. */
    public boolean isReady() {
        return hazelcast.getLifecycleService().isRunning() && backups.isSafe();
    }

    /**
     * From now on there may be a majority, which is that of the data members that are noted in this map; this node is noted in it, where it
     * is a data member, as soon as it can be.
     */
    public void keepRoster(SharedMap map) {
        Roster made = new Roster(map);
        roster = made;
        map.listen((key, value) -> members.look());
        members.look();
        members.onChange(() -> noteSelf(made));
        noteSelf(made);
    }

    /** On a thread of Vert.x's, since it is asked for by Hazelcast's, which must not block. */
    private void noteSelf(Roster made) {
        Member self = members.self();
        if (leaving || !self.data() || self.draining()) {
            return;
        }
        String address = address();
        if (made.has(self.id(), address) || !members.hasMajority()) {
            return;
        }
        vertx.executeBlocking(
                        () -> {
                            made.add(self.id(), address, id -> members.find(id).isPresent());
                            return true;
                        },
                        true)
                .onFailure(failure -> {
                    LOG.info("This node could not be noted as a data member yet: {}", failure.getMessage());
                    vertx.setTimer(NOTE_AGAIN_MILLIS, again -> noteSelf(made));
                });
    }

    /** The data members that the cluster has, seen or not, as far as this node has heard. */
    Set<String> noted() {
        return known().orElse(Set.of());
    }

    private String address() {
        Address own = hazelcast.getCluster().getLocalMember().getAddress();
        return own.getHost() + ":" + own.getPort();
    }

    private Optional<Set<String>> known() {
        return Optional.ofNullable(roster).map(Roster::nodes);
    }

    /** What this node sees, in words: {@code this node sees 1 of 3 data members; changes need 2}. Does not block. */
    public String sight() {
        return members.sight();
    }

    /** Tells others that this node has changed: it serves clients now, or is about to leave. */
    public void become(Member changed) {
        members.become(changed);
    }

    /**
     * An operator takes a node off that will not come back. Blocks. {@code STATE_CONFLICT} where it is seen, {@code NOT_FOUND} where it is not
     * on the list, {@code NO_MAJORITY}
     */
    public void forget(String nodeId) {
        if (members.find(nodeId).isPresent()) {
            throw new DataPrismException(
                    ErrorCode.STATE_CONFLICT,
                    "Node " + nodeId + " is a member of the cluster.",
                    "Stop it first; a node that stops in good order is forgotten by itself.");
        }
        if (!members.hasMajority()) { // also where it is the only one on the list, which stays as it is
            throw new DataPrismException(
                    ErrorCode.NO_MAJORITY,
                    sight() + ".",
                    "Start nodes that are on the list, or restore their network.");
        }
        Roster known = Objects.requireNonNull(roster, "the list is kept before anybody is served");
        if (!known.nodes().contains(nodeId)) {
            Set<String> lost = new TreeSet<>(known.nodes());
            lost.removeIf(each -> members.find(each).isPresent());
            throw new DataPrismException(
                    ErrorCode.NOT_FOUND,
                    "Node " + nodeId + " is not on the list of data members.",
                    lost.isEmpty()
                            ? "All that are on it are seen: there is nobody to forget."
                            : "On it and not seen: " + String.join(", ", lost) + ".");
        }
        known.remove(nodeId);
    }

    /** Says that it leaves, takes this node off the roster, where it can be, and says nothing more. Vert.x is to be closed next. Blocks. */
    public void leave() {
        leaving = true; // else it would note itself again when it sees that it is not on the list
        sayThatItLeaves();
        Roster known = roster;
        if (known != null && members.self().data() && members.hasMajority()) {
            try {
                known.remove(members.self().id());
            } catch (RuntimeException failure) {
                LOG.warn(
                        "This node leaves, and stays on the list of data members: {} ({})",
                        members.self().id(),
                        failure.getMessage());
            }
        }
        backups.close();
        states.close();
        ports.close(); // where nothing was ever served
    }

    /** Where its start was given up, it has not been said yet, and others would take it for lost. */
    private void sayThatItLeaves() {
        if (!members.self().draining()) {
            try {
                become(members.self().leaving());
            } catch (RuntimeException unheard) {
                LOG.debug("Nobody hears that this node leaves", unheard);
            }
        }
    }
}
