package io.dataprism.core.dataset;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which results become files before they are sent, or kept as tables. All files in it together have a limit: a statement that writes
 * beyond it is stopped within {@value #PERIOD_MILLIS} ms. Safe on any thread; blocks on the disk.
 */
final class ExportFolder implements AutoCloseable {

    private static final String NOT_IN_PARQUET = "Parquet files do not support";
    private static final Logger LOG = LoggerFactory.getLogger(ExportFolder.class);
    private static final int PERIOD_MILLIS = 50;

    private final Path folder;
    private final long limitBytes;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("engine-export-watch").daemon().unstarted(task));

    private ExportFolder(Path folder, long limitBytes) {
        this.folder = folder;
        this.limitBytes = limitBytes;
    }

    /** Opens it empty: what is in it is left of a process that died. */
    static ExportFolder open(Path folder, long limitBytes) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> leftovers = Files.list(folder)) {
            for (Path leftover : leftovers.toList()) {
                Files.delete(leftover);
            }
        }
        return new ExportFolder(folder, limitBytes);
    }

    Path path() {
        return folder;
    }

    /** Where a query's file goes; there is none yet. */
    Path file(String queryId) {
        return folder.resolve(queryId.replaceAll("[^A-Za-z0-9-]", "_") + ".parquet");
    }

    /** What a statement does under the watch. */
    @FunctionalInterface
    interface Work {
        void run() throws SQLException;
    }

    /**
     * Runs what writes a file.
     *
     * @throws DataPrismException {@code QUOTA_EXCEEDED} where the folder became too large, {@code QUERY_INVALID} where Parquet has
     *     no place for a value
     */
    void watched(Statement writer, Work work) throws SQLException {
        Watched watched = new Watched(writer);
        ScheduledFuture<?> ticks = watch.scheduleWithFixedDelay(
                () -> stopWhereTooLarge(watched), PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        try {
            work.run();
        } catch (SQLException failure) {
            if (watched.isStopped()) {
                throw tooLarge(failure);
            }
            EngineMessage message = EngineMessage.of(failure);
            if (message.text().contains(NOT_IN_PARQUET)) {
                throw notInParquet(message, failure);
            }
            throw failure;
        } finally {
            watched.over();
            ticks.cancel(false);
        }
        if (sizeBytes() > limitBytes) {
            throw tooLarge(null);
        }
    }

    private static DataPrismException notInParquet(EngineMessage message, SQLException failure) {
        String reason = message.text().substring(message.text().indexOf(NOT_IN_PARQUET));
        return new DataPrismException(
                ErrorCode.QUERY_INVALID,
                "The result cannot be written as Parquet: "
                        + reason.lines().findFirst().orElse(reason) + ".",
                "Cast the column to VARCHAR, or ask for another format, such as application/vnd.apache.arrow.stream.",
                failure);
    }

    private DataPrismException tooLarge(@Nullable Throwable cause) {
        return new DataPrismException(
                ErrorCode.QUOTA_EXCEEDED,
                "The files of the results that this node is writing have more than " + limitBytes
                        + " bytes, its limit.",
                "Ask for less, or where it is only to be read for application/vnd.apache.arrow.stream, which needs no file.",
                cause);
    }

    private void stopWhereTooLarge(Watched watched) {
        try {
            if (sizeBytes() > limitBytes) {
                watched.stop();
            }
        } catch (SQLException | RuntimeException e) {
            LOG.warn("An export that may be too large could not be stopped; the next look tries again", e);
        }
    }

    private long sizeBytes() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(ExportFolder::sizeBytes).sum();
        } catch (IOException e) {
            LOG.warn("The folder {} could not be read", folder, e);
            return 0;
        }
    }

    private static long sizeBytes(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException gone) {
            return 0;
        } catch (IOException e) {
            LOG.warn("The size of {} is not known", file, e);
            return 0;
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
