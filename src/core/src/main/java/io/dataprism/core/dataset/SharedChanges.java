package io.dataprism.core.dataset;

import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes for all nodes of a cluster: the file is on a second node before the table's entry is changed, and the entry is changed only
 * where nobody else has changed it meanwhile. Then queries of this node see it, and soon those of the others.
 */
final class SharedChanges implements TableChanges {

    /** The key of the map that says that the sample was loaded; no table can have the name. */
    static final String SAMPLE_KEY = "sample-loaded";

    /** A race is lost to somebody who has won it, so that all together get on; one who is never lucky is told. */
    static final int RACES = 64;

    private static final Logger LOG = LoggerFactory.getLogger(SharedChanges.class);
    private static final Duration LEARNING = Duration.ofSeconds(10);

    private final TableSharing sharing;
    private final TableFollower follower;
    private final TablePublisher publisher;
    private final BlobKeeping keeping;
    private final LocalChanges local;

    SharedChanges(
            TableSharing sharing,
            TableFollower follower,
            TablePublisher publisher,
            BlobKeeping keeping,
            LocalChanges local) {
        this.sharing = sharing;
        this.follower = follower;
        this.publisher = publisher;
        this.keeping = keeping;
        this.local = local;
    }

    @Override
    public Base look(String name) throws IOException {
        SharedMap.Value value = sharing.tables().find(name).orElse(null);
        return value == null ? new Base(name, local.catalog().get(name), 0, SharedMap.NEVER) : base(name, value);
    }

    @Override
    public Base base(String name) throws IOException {
        SharedMap.Value value = sharing.tables().fresh(name).orElse(null);
        if (value == null) {
            follower.offer(name); // what this node has is to be changed as the cluster's, and not beside it
            value = sharing.tables().fresh(name).orElse(null);
        }
        return value == null ? new Base(name, null, 0, SharedMap.NEVER) : base(name, value);
    }

    private static Base base(String name, SharedMap.Value value) throws IOException {
        return switch (SharedTable.read(name, value)) {
            case SharedTable.Live live -> new Base(name, live.entry(), 0, value.revision());
            case SharedTable.Dropped dropped -> new Base(name, null, dropped.version(), value.revision());
        };
    }

    @Override
    public long dropped(Base base) throws IOException {
        return Math.max(base.dropped(), local.catalog().dropped(base.name()));
    }

    @Override
    public Base baseAfter(Base lost, int races, LostRaceException why) throws IOException {
        if (races > RACES || !follower.awaitOther(lost.name(), lost.revision(), LEARNING)) {
            throw TableProblems.changedElsewhere(lost.name(), races);
        }
        return base(lost.name());
    }

    @Override
    public Path spend(Path parquet) throws IOException {
        Path same = parquet.resolveSibling(UUID.randomUUID() + ".parquet");
        try {
            return Files.createLink(same, parquet);
        } catch (UnsupportedOperationException | FileSystemException noLinks) {
            return Files.copy(parquet, same);
        }
    }

    @Override
    public void require(List<Blob> files) {
        follower.fetchMissing(files);
    }

    @Override
    public TableEntry publish(Base base, Path parquet, TablePublisher.NextEntry next)
            throws IOException, LostRaceException {
        Blob blob = BlobStore.digest(parquet);
        Runnable release = keeping.hold(blob.sha256());
        boolean discard = true;
        try {
            publisher.adopt(parquet, blob);
            TableEntry entry = next.of(blob);
            byte[] bytes = SharedTable.write(entry);
            sharing.replicator().replicate(TableSharing.KIND, blob.sha256());
            discard = false; // from here on an entry may name it, also where that is not known
            long revision = put(base, bytes);
            follower.changedHere(base.name(), new SharedMap.Value(revision, bytes, false));
            return entry;
        } catch (LostRaceException lost) {
            discard = true;
            throw lost;
        } finally {
            if (discard) {
                keeping.retire(blob);
            }
            release.run();
            keeping.deleteUnread();
        }
    }

    @Override
    public void remove(Base base) throws IOException, LostRaceException {
        TableEntry entry = Objects.requireNonNull(base.entry(), "what is removed is there");
        byte[] bytes = SharedTable.writeDropped(entry.newest().version());
        long revision = put(base, bytes);
        follower.changedHere(base.name(), new SharedMap.Value(revision, bytes, false));
    }

    private long put(Base base, byte[] bytes) throws LostRaceException {
        try {
            return sharing.tables().put(base.name(), base.revision(), bytes);
        } catch (DataPrismException e) {
            if (e.code() == ErrorCode.STATE_CONFLICT) {
                throw new LostRaceException(e);
            }
            throw e;
        }
    }

    @Override
    public void settle(String name, long version, boolean removed) {
        boolean settled = sharing.shown()
                .await(
                        name,
                        seen -> seen > version || (removed ? seen == ShownTables.NONE : seen == version),
                        sharing.timing().settle());
        if (!settled) {
            LOG.warn("Not all nodes see version {} of table {} yet; it holds", version, name);
        }
    }

    @Override
    public boolean hadSample() {
        return local.hadSample()
                || sharing.tables().find(SAMPLE_KEY).isPresent()
                || sharing.tables().find(Datasets.SAMPLE).isPresent();
    }

    @Override
    public void noteSample() throws IOException {
        local.noteSample();
        if (sharing.tables().find(SAMPLE_KEY).isEmpty()) {
            try {
                sharing.tables().put(SAMPLE_KEY, SharedMap.NEVER, new byte[] {SharedTable.FORMAT});
            } catch (DataPrismException e) {
                if (e.code() != ErrorCode.STATE_CONFLICT) {
                    throw e;
                }
            }
        }
    }
}
