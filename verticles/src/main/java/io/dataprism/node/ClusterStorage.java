package io.dataprism.node;

import io.dataprism.cluster.Member;
import io.dataprism.cluster.NodeCalls;
import io.dataprism.cluster.Role;
import io.dataprism.cluster.blob.BlobCounters;
import io.dataprism.cluster.blob.BlobLimits;
import io.dataprism.cluster.blob.BlobServer;
import io.dataprism.cluster.blob.BlobTakes;
import io.dataprism.cluster.blob.PackageBlobs;
import io.dataprism.cluster.blob.PackageKeeper;
import io.dataprism.cluster.blob.PeerBlobFetcher;
import io.dataprism.cluster.blob.PeerBlobReplicator;
import io.dataprism.cluster.blob.PeerSettings;
import io.dataprism.cluster.blob.PeerTls;
import io.dataprism.cluster.blob.TableVersions;
import io.dataprism.cluster.event.RingBufferEventLog;
import io.dataprism.cluster.member.ClusterSettings;
import io.dataprism.cluster.member.JoinedCluster;
import io.dataprism.cluster.shared.HazelcastSharedMaps;
import io.dataprism.core.cluster.BlobReplicator;
import io.dataprism.core.cluster.LocalBlobs;
import io.dataprism.core.cluster.Sharing;
import io.dataprism.core.dataset.Datasets;
import io.dataprism.core.dataset.TableSharing;
import io.dataprism.core.event.EventLog;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * What a node keeps together with the others of its cluster: values in shared maps, events in rings, and files that come from others and go to
 * them. Made by the thread that starts the node, which may block; each part says how it is stopped when it is begun.
 */
final class ClusterStorage {

    private static final long STEP_SECONDS = 20;

    /** How long a file is kept that nobody names yet: far longer than an entry can be on its way. */
    private static final Duration GRACE = Duration.ofHours(1);

    private static final Duration LOOK = Duration.ofSeconds(5);

    private final JoinedCluster joined;
    private final Path dataDirectory;
    private final BiConsumer<String, Node.Action> onStop;
    private final HazelcastSharedMaps maps;
    private final BlobLimits limits = BlobLimits.defaults();
    private final PeerBlobFetcher fetcher;
    private final BlobServer server;
    private final BlobTakes takes;
    private final BlobReplicator replicator;
    private final SharedMeters meters;

    /** Opens the maps, and serves files to others, of no kind yet. Blocks. */
    ClusterStorage(
            JoinedCluster joined,
            NodeCalls calls,
            Path dataDirectory,
            MeterRegistry registry,
            BiConsumer<String, Node.Action> onStop)
            throws Exception {
        this.joined = joined;
        this.dataDirectory = dataDirectory;
        this.onStop = onStop;
        this.meters = new SharedMeters(registry);
        meters.register(joined);
        this.maps = HazelcastSharedMaps.open(
                joined.watch(), dataDirectory, joined.members()::hasMajority, joined::sight, joined::keepRoster);
        meters.register(maps.counters());
        onStop.accept("shared maps", maps::close);
        onStop.accept("membership", joined::leave);
        ClusterSettings settings = joined.settings();
        ClusterSettings.Tls tls = settings.tls();
        PeerTls peerTls = tls == null ? null : new PeerTls(tls.ca(), tls.certificate(), tls.key());
        BlobCounters counters = new BlobCounters();
        meters.register(counters);
        this.fetcher = new PeerBlobFetcher(joined.vertx(), peerTls, settings.key(), joined.members(), limits, counters);
        onStop.accept("fetched files", fetcher::close);
        this.takes = new BlobTakes(joined.vertx(), fetcher, limits);
        takes.serve(calls);
        onStop.accept("files for others", () -> takes.close().await(STEP_SECONDS, TimeUnit.SECONDS));
        this.replicator =
                new PeerBlobReplicator(joined.vertx(), joined.members(), calls, ClusterStorage::keeps, limits);
        this.server = BlobServer.start(
                        joined.vertx(),
                        new PeerSettings(settings.bind(), List.of(joined.takePeerPort()), peerTls),
                        settings.key(),
                        limits,
                        counters)
                .await(STEP_SECONDS, TimeUnit.SECONDS);
        onStop.accept("file server", () -> server.close().await(STEP_SECONDS, TimeUnit.SECONDS));
    }

    private static boolean keeps(String kind, Member member) {
        return member.data() && member.takes(kind.equals(PackageBlobs.KIND) ? Role.PLUGINS : Role.ENGINE);
    }

    /** Where other nodes fetch files. */
    String peerAddress() {
        return server.address();
    }

    /** What it has of other nodes, for the parts that keep things. */
    Sharing sharing() {
        return new Sharing(maps, fetcher, replicator);
    }

    /** The events of the cluster, those that there are already read. Blocks. */
    EventLog eventLog(EventLog.Limits eventLimits) throws Exception {
        RingBufferEventLog log = new RingBufferEventLog(
                joined.watch(),
                joined.settings().key(),
                joined.members().self().id(),
                eventLimits,
                InstantSource.system(),
                joined.members()::hasMajority);
        meters.register(log.counts());
        onStop.accept("event log", log::close);
        log.ready().get(STEP_SECONDS, TimeUnit.SECONDS);
        return log;
    }

    /** The tables of this node are those of the cluster from now on. Blocks until it is known which there are. */
    void share(Datasets datasets, boolean sample) {
        offer(TableSharing.KIND, datasets.files(GRACE));
        TableVersions versions = new TableVersions(joined.members(), joined.states());
        meters.register(versions);
        datasets.share(new TableSharing(
                maps.map(TableSharing.KIND), fetcher, replicator, versions, sample, TableSharing.Timing.defaults()));
    }

    /**
     * This node has the packages that its catalog names from now on, a moment later, and gives them to others.
     *
     * @param digests that are named now
     * @return to be told that the catalog has changed; does not block
     */
    Runnable keepPackages(Supplier<Set<String>> digests) {
        PackageBlobs packages = new PackageBlobs(dataDirectory, GRACE);
        offer(PackageBlobs.KIND, packages);
        PackageKeeper keeper = new PackageKeeper(packages, fetcher, digests, LOOK, GRACE);
        onStop.accept("packages", keeper::close);
        return keeper::changed;
    }

    private void offer(String kind, LocalBlobs files) {
        takes.serve(kind, files);
        server.serve(kind, files);
    }
}
