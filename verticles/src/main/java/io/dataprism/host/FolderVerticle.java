package io.dataprism.host;

import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes packages from folders: a jar that is new there is registered, one of a newer version of a plugin takes over where
 * everything that it asks for is granted already; nothing is ever granted here. What comes of a file is an event:
 * {@code plugin:registered} and those of the switch, or {@code plugin:rejected}. A file is looked at when it has stayed the
 * same from one look to the next, once, until it changes. Deploy as a worker; at most {@value #FILES_LIMIT} files of a folder
 * are looked at.
 */
final class FolderVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(FolderVerticle.class);
    private static final int FILES_LIMIT = 1_000;
    private static final long TICK_MILLIS = 500;
    private static final long STOP_SECONDS = 5;
    /** Also where the system tells nothing, as on some network drives, and for a folder that is made later. */
    private static final int TICKS_BETWEEN_LOOKS = 10;

    private final List<Path> folders;
    private final FolderIntake intake;
    private final Map<Path, Stamp> seen = new HashMap<>();
    private final Set<Path> settled = new HashSet<>();
    private final Map<Path, WatchKey> watched = new HashMap<>();
    private @Nullable WatchService watcher;
    private int ticks;
    private boolean unsettled = true;
    private Future<Void> taking = Future.succeededFuture();
    private long timer = -1;

    /** What becomes of a file. */
    interface FolderIntake {

        /** Takes a package; the file stays. */
        Future<?> take(Path file);

        /** Tells of one that was not taken. */
        void rejected(JsonObject what);
    }

    /** By what a changed file is known. */
    private record Stamp(
            long bytes, FileTime modified, @Nullable Object key) {}

    FolderVerticle(List<Path> folders, FolderIntake intake) {
        this.folders = List.copyOf(folders);
        this.intake = intake;
    }

    @Override
    public Future<?> start() throws IOException {
        watcher = FileSystems.getDefault().newWatchService();
        timer = vertx.setPeriodic(0, TICK_MILLIS, tick -> look());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() throws IOException {
        vertx.cancelTimer(timer);
        if (watcher != null) {
            watcher.close();
        }
        // what is under way, and a look that waits behind this stop, still need the thread that goes with this verticle
        return taking.timeout(STOP_SECONDS, TimeUnit.SECONDS).otherwiseEmpty().compose(over -> turn());
    }

    private Future<Void> turn() {
        Promise<Void> turn = Promise.promise();
        context.runOnContext(go -> turn.complete());
        return turn.future();
    }

    private void look() {
        boolean told = told();
        boolean due = ticks++ % TICKS_BETWEEN_LOOKS == 0;
        if (!taking.isComplete() || !(told || due || unsettled)) {
            return;
        }
        Future<Void> taken = Future.succeededFuture();
        for (Path file : changed()) {
            taken = taken.compose(before -> take(file));
        }
        taking = taken;
    }

    /** Whether the system has told of a change since the last time. */
    private boolean told() {
        boolean any = false;
        for (WatchKey key = poll(); key != null; key = poll()) {
            any = true;
            key.pollEvents();
            if (!key.reset()) {
                watched.values().remove(key);
            }
        }
        return any;
    }

    private @Nullable WatchKey poll() {
        return watcher == null ? null : watcher.poll();
    }

    /** Files that have changed since they were taken, and have stayed the same since the last look. */
    private List<Path> changed() {
        List<Path> changed = new ArrayList<>();
        Set<Path> there = new HashSet<>();
        unsettled = false;
        for (Path file : files()) {
            Stamp stamp = stamp(file);
            if (stamp == null) {
                continue;
            }
            there.add(file);
            if (!stamp.equals(seen.put(file, stamp))) {
                settled.remove(file);
                unsettled = true;
            } else if (settled.add(file)) {
                changed.add(file);
            }
        }
        seen.keySet().retainAll(there);
        settled.retainAll(there);
        return changed;
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            watch(folder);
            try (Stream<Path> all = Files.list(folder)) {
                all.filter(file -> file.toString().matches(".*\\.(jar|zip)"))
                        .sorted()
                        .limit(FILES_LIMIT)
                        .forEach(files::add);
            } catch (IOException | UncheckedIOException e) {
                LOG.warn("The folder {} cannot be listed: {}", folder, e.getMessage());
            }
        }
        return files;
    }

    private void watch(Path folder) {
        if (watcher != null && !watched.containsKey(folder)) {
            try {
                watched.put(
                        folder,
                        folder.register(
                                watcher, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY));
            } catch (IOException e) {
                LOG.debug("The folder {} is not watched and only looked at now and then", folder, e);
            }
        }
    }

    /** Null for what is no file, or gone. */
    private static @Nullable Stamp stamp(Path file) {
        try {
            BasicFileAttributes found =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return found.isRegularFile() ? new Stamp(found.size(), found.lastModifiedTime(), found.fileKey()) : null;
        } catch (IOException gone) {
            return null;
        }
    }

    private Future<Void> take(Path file) {
        Future<?> taking;
        try {
            taking = intake.take(file);
        } catch (RuntimeException failure) {
            taking = Future.failedFuture(failure);
        }
        return taking.<Void>mapEmpty()
                .onSuccess(taken -> LOG.info("Took the package {}", file))
                .recover(failure -> {
                    DataPrismException problem = Replies.toProblem(failure);
                    if (problem.code() == ErrorCode.NO_MAJORITY) {
                        settled.remove(file); // it says nothing of the package: the next look takes it
                        return Future.succeededFuture();
                    }
                    LOG.warn("The package {} was not taken: {}", file, problem.detail());
                    intake.rejected(new JsonObject()
                            .put("file", String.valueOf(file.getFileName()))
                            .put("code", problem.code().name())
                            .put("reason", problem.detail()));
                    return Future.succeededFuture();
                });
    }
}
