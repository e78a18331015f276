package io.dataprism.core.dataset;

import io.dataprism.core.dataset.TableEntry.Version;
import io.dataprism.core.error.DataPrismException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the files of versions before the newest here, which can wait: until then a query that asks for such a version is told so.
 * Safe on any thread; {@link #complete} blocks, one call at a time.
 */
final class OldVersions {

    private static final Logger LOG = LoggerFactory.getLogger(OldVersions.class);

    /** A file that no node had is asked for again after this. */
    private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final TableViews views;
    private final TableFollower follower;
    private final Map<String, Long> dueNanos = new ConcurrentHashMap<>();

    OldVersions(TableViews views, TableFollower follower) {
        this.views = views;
        this.follower = follower;
    }

    /** Files of the table may be missing. */
    void add(String table) {
        dueNanos.put(table, System.nanoTime());
    }

    /** Whether there is something to do now. */
    boolean isDue() {
        long now = System.nanoTime();
        return dueNanos.values().stream().anyMatch(due -> due - now <= 0);
    }

    /** Fetches what is missing, of each table its newer versions first. */
    void complete() {
        long now = System.nanoTime();
        for (Map.Entry<String, Long> each : dueNanos.entrySet()) {
            if (each.getValue() - now <= 0 && !Thread.currentThread().isInterrupted()) {
                dueNanos.remove(each.getKey(), each.getValue());
                if (!complete(each.getKey())) {
                    dueNanos.putIfAbsent(each.getKey(), System.nanoTime() + AGAIN_NANOS);
                }
            }
        }
    }

    private boolean complete(String table) {
        TableEntry entry = views.catalog().get(table);
        if (entry == null) {
            return true;
        }
        boolean complete = true;
        for (Version version : entry.versions().reversed()) {
            for (Blob file : version.files()) {
                complete &= isHere(table, version, file);
            }
        }
        return complete;
    }

    private boolean isHere(String table, Version version, Blob file) {
        if (Files.exists(views.blobs().path(file.sha256()))) {
            return true;
        }
        try {
            follower.fetchMissing(List.of(file));
            return true;
        } catch (DataPrismException e) {
            LOG.info("Version {} of table {} cannot be read here: {}", version.version(), table, e.detail());
            return false;
        }
    }
}
