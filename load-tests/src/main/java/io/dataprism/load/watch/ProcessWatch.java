package io.dataprism.load.watch;

import io.dataprism.load.child.JavaHeap;
import io.dataprism.load.child.ProcessMemory;
import io.dataprism.load.measure.Flatness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Looks at the process of a Java service every five seconds until it is closed: memory, processes, descriptors and threads must come
 * to rest. Every sixth look comes after a collection, so that what the collector has not looked at yet is told from what nobody gives
 * back: memory is judged by those.
 */
public final class ProcessWatch implements AutoCloseable {

    private static final long LOOK_SECONDS = 5;
    private static final int LEAST_LOOKS = 4;
    private static final int LOOKS_PER_COLLECTION = 6;
    private static final int SETTLING_LOOKS = 30;
    private static final long SETTLING_MILLIS = 100;
    private static final double LEAST_MEBIBYTES = 16;
    private static final double LEAST_COUNT = 3;

    private final long pid;
    private final long began = System.nanoTime();
    private final CountDownLatch closed = new CountDownLatch(1);
    private int begun; // of the thread that looks
    private final List<Look> looks = new ArrayList<>();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();

    /** Begins to look. */
    public ProcessWatch(long pid) {
        this.pid = pid;
        looking.scheduleAtFixedRate(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            long heap = ++begun % LOOKS_PER_COLLECTION == 0 ? collectedBytes() : 0;
            boolean collected = heap > 0;
            ProcessMemory process = collected ? settled() : ProcessMemory.of(pid);
            long children = ProcessHandle.of(pid).stream()
                    .flatMap(ProcessHandle::descendants)
                    .count();
            Look look = new Look((System.nanoTime() - began) / 1e9, process, heap, children, collected);
            synchronized (looks) {
                looks.add(look);
            }
        } catch (IOException | UncheckedIOException gone) {
            System.err.println("The process " + pid + " could not be looked at: " + gone);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of the Java heap; 0 where the process could not be told to collect, and is looked at as it is. */
    private long collectedBytes() {
        try {
            return JavaHeap.collectedBytes(pid);
        } catch (IOException deaf) {
            System.err.println("The process " + pid + " could not be told to collect: " + deaf);
            return 0;
        }
    }

    /** The least that is seen soon after a collection: the collector gives the heap's pages back a little later, and work takes some again. */
    private ProcessMemory settled() throws IOException, InterruptedException {
        ProcessMemory least = ProcessMemory.of(pid);
        for (int look = 0; look < SETTLING_LOOKS && !closed.await(SETTLING_MILLIS, TimeUnit.MILLISECONDS); look++) {
            ProcessMemory next = ProcessMemory.of(pid);
            least = next.residentBytes() < least.residentBytes() ? next : least;
        }
        return least;
    }

    /** Looks no more. */
    @Override
    public void close() {
        closed.countDown();
        looking.shutdownNow();
    }

    /** What was found so far: {@code flat} for all of it together, each figure, and the looks themselves. */
    public Map<String, Object> result() {
        List<Look> all;
        synchronized (looks) {
            all = List.copyOf(looks);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        if (all.size() < LEAST_LOOKS) {
            result.put("flat", "not measured: fewer than " + LEAST_LOOKS + " looks, every " + LOOK_SECONDS + " s");
            return result;
        }
        List<Look> collected = all.stream().filter(Look::collected).toList();
        Map<String, Flatness> judged = new LinkedHashMap<>();
        if (collected.size() >= LEAST_LOOKS) {
            judged.put("residentAfterCollectionMiB", flatness(collected, Look::residentMebibytes, LEAST_MEBIBYTES));
            judged.put("heapAfterCollectionMiB", flatness(collected, Look::heapMebibytes, LEAST_MEBIBYTES));
        }
        judged.put("processes", flatness(all, Look::children, LEAST_COUNT));
        judged.put("descriptors", flatness(all, look -> look.process().descriptors(), LEAST_COUNT));
        judged.put("threads", flatness(all, look -> look.process().threads(), LEAST_COUNT));
        judged.forEach((name, flatness) -> result.put(name, flatness.toJson()));
        result.put(
                "residentMiB",
                flatness(all, Look::residentMebibytes, LEAST_MEBIBYTES).toJson());
        boolean isFlat = judged.values().stream().allMatch(Flatness::flat);
        result.put("flat", collected.size() >= LEAST_LOOKS && isFlat);
        result.put("looks", all.stream().map(ProcessWatch::told).toList());
        result.put("looksAre", "seconds, resident MiB, processes, descriptors, threads, after a collection");
        return result;
    }

    private static List<Long> told(Look look) {
        return List.of(
                Math.round(look.seconds()),
                Math.round(look.residentMebibytes()),
                look.children(),
                look.process().descriptors(),
                look.process().threads(),
                look.collected() ? 1L : 0L);
    }

    private static Flatness flatness(List<Look> all, ToDoubleFunction<Look> figure, double least) {
        return Flatness.of(all.stream().map(figure::applyAsDouble).toList(), least);
    }
}
