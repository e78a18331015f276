package io.dataprism.core.confinement;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.quota.HeldProcess;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.plugin.ResourceQuota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The caches of packages: one for each version of a plugin that has many classes and has been started twice. The JVM then loads,
 * checks and links them before it starts, not while the plugin waits.
 *
 * <p>They are made one at a time, aside, by processes that are confined and held like any child, reach the package and an empty folder,
 * and run nothing of the package: a cache is code that runs before a child's second filter, so no process in which a plugin has run may
 * have a hand in it. The JVM tells the host of each class before it initialises it, and one of the package's ends the making. What a
 * child does before its hello is what the recording did, with the same class path.
 *
 * <p>Each is named by what it depends on, which includes the digest of the package's bytes, and has its own digest beside it, which is
 * read again once in the life of a node. Children can read it and no more.
 *
 * <p>At most {@link #MOST_CACHES} of some 40 MB are kept, those that were used last. Any thread.
 */
final class PluginCaches implements AutoCloseable {

    /** Fewer load about as fast without, and then share the pages of the sandbox's own cache with all other children. */
    static final int LEAST_CLASSES = 100;

    static final int MOST_CACHES = 24;

    private static final Logger LOG = LoggerFactory.getLogger(PluginCaches.class);
    private static final String NAME = "class-cache";
    private static final String CACHE = ".aot";
    private static final String SEEN = ".seen";
    private static final int MOST_SEEN = 512;
    private static final int MOST_WAITING = 64;
    private static final String SCRATCH = "making-";
    private static final long STEP_SECONDS = 120;
    private static final long END_WAIT_SECONDS = 5;
    /** Half a processor: plugins are at work meanwhile. */
    private static final ResourceQuota QUOTA =
            new ResourceQuota(160L << 20, 0.5, 64, Duration.ofSeconds(STEP_SECONDS), 1L << 30);

    private final Path folder;
    private final SandboxRuntime runtime;
    private final Supplier<Optional<Path>> own;
    private final ProcessQuotas quotas;
    private final Restriction restriction;
    private final ScheduledExecutorService timer;
    private final BlockingQueue<Place> wanted = new ArrayBlockingQueue<>(MOST_WAITING);
    /** What was wanted in the life of this node: once each. */
    private final Set<Path> tried = ConcurrentHashMap.newKeySet();
    /** Those that have been read, by what tells one file from another. */
    private final Map<Path, Object> whole = new ConcurrentHashMap<>();

    private final Thread maker =
            Thread.ofPlatform().daemon().name("dataprism-class-caches").unstarted(this::work);
    private final Object lock = new Object();
    private volatile @Nullable ProcessHandle step;
    /** From the reservation of a step's memory until that is given back. Under the lock. */
    private boolean busy;

    /** What is under way is to end: its memory is needed. */
    private volatile boolean unwanted;

    private volatile boolean closed;

    private record Place(Path packageFile, Path cache) {}

    /**
     * @param folder of this node alone
     * @param own the cache of the sandbox's own classes; where there is none, there is none of packages
     */
    PluginCaches(
            Path folder,
            SandboxRuntime runtime,
            Supplier<Optional<Path>> own,
            ProcessQuotas quotas,
            Restriction restriction,
            ScheduledExecutorService timer) {
        this.folder = folder.toAbsolutePath();
        this.runtime = runtime;
        this.own = own;
        this.quotas = quotas;
        this.restriction = restriction;
        this.timer = timer;
    }

    /**
     * The cache for a child that is to be started; empty where there is none yet. The second start of a package has one made. Blocks:
     * reads the package, and the cache where nobody has yet.
     */
    Optional<ClassCache> forStartOf(Path packageFile) {
        try {
            Optional<Place> known = place(packageFile);
            if (known.isEmpty()) {
                return Optional.empty();
            }
            Place place = known.get();
            if (isWhole(place.cache())) {
                Files.setLastModifiedTime(place.cache(), FileTime.from(Instant.now()));
                return Optional.of(new ClassCache(place.cache(), Optional.of(packageFile)));
            }
            missed(place);
        } catch (IOException failure) {
            LOG.warn("The package {} starts without a cache of its own", packageFile, failure);
        }
        return Optional.empty();
    }

    /** Ends what is being made. */
    @Override
    public void close() {
        closed = true;
        wanted.clear();
        maker.interrupt();
        kill();
        try {
            if (maker.isAlive()) {
                maker.join(TimeUnit.SECONDS.toMillis(STEP_SECONDS));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends a step that is under way, for the memory that it has; waits for that, bounded. @return whether there was one */
    boolean giveUp() {
        synchronized (lock) {
            if (!busy) {
                return false;
            }
            unwanted = true;
            kill();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_WAIT_SECONDS);
            try {
                for (long left = end - System.nanoTime(); busy && left > 0; left = end - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.timedWait(lock, left);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            return true;
        }
    }

    private void kill() {
        ProcessHandle current = step;
        if (current != null) {
            current.destroyForcibly();
        }
    }

    private Optional<Place> place(Path packageFile) throws IOException {
        Optional<Path> sandbox = own.get();
        if (sandbox.isEmpty() || !isWorthIt(packageFile)) {
            return Optional.empty();
        }
        String name = Digests.ofLines(List.of(
                        sandbox.get().getFileName().toString(), packageFile.toString(), Digests.ofFile(packageFile)))
                .substring(0, ChildCache.NAME_LENGTH);
        return Optional.of(new Place(packageFile, folder.resolve(name + CACHE)));
    }

    /** A jar whose manifest names others would bring them along, and nobody has looked at those. */
    private static boolean isWorthIt(Path packageFile) throws IOException {
        try (JarFile jar = new JarFile(packageFile.toFile(), false)) {
            Manifest manifest = jar.getManifest();
            boolean alone =
                    manifest == null || manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH) == null;
            return alone
                    && jar.stream()
                                    .filter(entry -> entry.getName().endsWith(".class"))
                                    .limit(LEAST_CLASSES)
                                    .count()
                            == LEAST_CLASSES;
        }
    }

    private boolean isWhole(Path cache) throws IOException {
        if (!ClassRecording.isThere(cache)) {
            return false;
        }
        Object identity = List.of(String.valueOf(Files.getAttribute(cache, "unix:ino")), Files.size(cache));
        if (identity.equals(whole.get(cache))) {
            return true;
        }
        if (!ClassRecording.isWhole(cache)) {
            LOG.warn("The cache {} is not what was written and is removed", cache);
            ClassRecording.remove(cache);
            return false;
        }
        whole.put(cache, identity);
        return true;
    }

    /** Most packages are started once, for a test or an upload; who starts twice will start again. */
    private void missed(Place place) throws IOException {
        Path seen = folder.resolve(place.cache().getFileName() + SEEN);
        if (!Files.exists(seen)) {
            Files.createDirectories(folder);
            removeOldest(SEEN, MOST_SEEN);
            Files.writeString(seen, "");
            return;
        }
        synchronized (lock) {
            if (closed || tried.contains(place.cache()) || !wanted.offer(place)) {
                return;
            }
            tried.add(place.cache());
            if (maker.getState() == Thread.State.NEW) {
                maker.start();
            }
        }
    }

    private void work() {
        removeLeftOnes();
        try {
            while (!closed) {
                make(wanted.take());
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of a node that was killed. */
    private void removeLeftOnes() {
        try (Stream<Path> entries = Files.list(folder)) {
            entries.filter(path -> path.getFileName().toString().startsWith(SCRATCH))
                    .forEach(PoolSlot::remove);
        } catch (IOException unreadable) {
            LOG.debug("What was left in {} stays", folder, unreadable);
        }
    }

    private void make(Place place) throws InterruptedException {
        long begin = System.nanoTime();
        try {
            Path scratch = Files.createTempDirectory(folder, SCRATCH);
            try {
                new ClassRecording(runtime, Optional.of(place.packageFile()), scratch)
                        .make(
                                place.cache(),
                                (line, where) -> run(line, where, place.packageFile()),
                                cache -> removeOldest(CACHE, MOST_CACHES));
            } finally {
                PoolSlot.remove(scratch);
            }
            LOG.info(
                    "Made the class cache {} of package {} in {} ms",
                    place.cache().getFileName(),
                    place.packageFile().getFileName(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        } catch (DataPrismException full) {
            tried.remove(place.cache());
            LOG.info("No class cache of package {} is made now: {}", place.packageFile(), full.detail());
        } catch (IOException | RuntimeException failure) {
            if (unwanted) {
                tried.remove(place.cache());
            } else if (!closed) {
                LOG.warn("No class cache of package {} could be made", place.packageFile(), failure);
            }
        }
    }

    /** One step, confined and held as a child is. */
    private void run(List<String> line, Path scratch, Path packageFile) throws IOException, InterruptedException {
        ResourceQuota quota = quotas.policy().cap(QUOTA);
        ChildReach reach = new ChildReach(packageFile, scratch, List.of(), false);
        ChildCommand child =
                new ChildCommand(runtime, Optional.empty(), Optional.empty(), reach, quota, ChildCommand.Kind.USUAL);
        Runnable reservation = begun(quota);
        try {
            Process process = ConfinedStart.start(NAME, line, scratch, child.files(), restriction);
            ProcessHandle handle = ProcessHandle.of(process.pid()).orElseThrow();
            step = handle;
            try (HeldProcess held = quotas.hold(NAME, process.pid(), quota, scratch, reservation, true)) {
                try {
                    held.begin(timer, excess -> handle.destroyForcibly());
                    await(process, handle, packageFile);
                } finally {
                    handle.destroyForcibly();
                    awaitEnd(process);
                }
            } finally {
                handle.destroyForcibly(); // also what could not be held
            }
        } finally {
            reservation.run();
            ended();
        }
    }

    private Runnable begun(ResourceQuota quota) {
        Runnable reservation = quotas.reserve(NAME, quota);
        synchronized (lock) {
            busy = true;
            unwanted = false;
        }
        return reservation;
    }

    private void ended() {
        synchronized (lock) {
            busy = false;
            step = null;
            lock.notifyAll();
        }
    }

    private void await(Process process, ProcessHandle handle, Path packageFile)
            throws IOException, InterruptedException {
        ScheduledFuture<?> deadline = timer.schedule(handle::destroyForcibly, STEP_SECONDS, TimeUnit.SECONDS);
        process.getOutputStream().close();
        if (closed || unwanted) {
            handle.destroyForcibly();
        }
        String words = new InitialisedClasses(packageFile).noneIn(process.getErrorStream());
        int code = process.waitFor();
        deadline.cancel(false);
        if (closed) {
            throw new InterruptedException("The node ends.");
        }
        if (code != 0) {
            throw new IOException("The process ended with exit code " + code + ": " + words);
        }
    }

    /** Of one that was killed. */
    private static void awaitEnd(Process process) {
        try {
            if (!process.waitFor(END_WAIT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The process {}, which made a class cache, does not end", process.pid());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes room for one more. */
    private void removeOldest(String suffix, int most) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> oldestFirst = entries.filter(path -> path.toString().endsWith(suffix))
                    .sorted(Comparator.comparingLong(path -> path.toFile().lastModified()))
                    .toList();
            for (Path old : oldestFirst.subList(0, Math.max(0, oldestFirst.size() + 1 - most))) {
                ClassRecording.remove(old);
            }
        }
    }
}
