package io.dataprism.load.chaos;

import io.dataprism.load.cluster.Node;
import io.dataprism.load.history.Change;
import io.dataprism.load.history.End;
import io.dataprism.load.history.History;
import io.dataprism.load.history.Recorder;
import io.dataprism.load.history.Trouble;
import io.dataprism.load.history.Verdict;
import io.dataprism.load.measure.Await;
import io.dataprism.load.traffic.Load;
import io.dataprism.load.traffic.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One run: clients at work from {@link #begin} until {@link #end}, and faults meanwhile. One thread; calls that wait are bounded. */
public final class Trial implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration DONE = Duration.ofSeconds(40);

    private static final int TOLD_MOST = 5;
    private static final double PACE_SHARE = 0.9;
    private static final Duration PACE_TIME = Duration.ofSeconds(2);

    private final FaultLab lab;
    private final Recorder recorder = new Recorder();
    private final Looks looks;
    private final Traffic traffic;

    private Trial(FaultLab lab, Load load) throws Exception {
        this.lab = lab;
        this.looks = new Looks(lab.cluster());
        this.traffic = Traffic.begin(load, lab.gateways(), lab.token(), recorder);
    }

    /** Begins, with all nodes running. */
    public static Trial begin(FaultLab lab, Load load) throws Exception {
        return new Trial(lab, load);
    }

    /** What a fault does, and the way back from it. */
    @FunctionalInterface
    public interface Fault {
        void happen() throws Exception;
    }

    /**
     * Lets something happen, and takes down what may be felt of it.
     *
     * @param kind tells what that is; a while longer than it lasts
     */
    public void during(String what, FaultKind kind, Fault fault) throws Exception {
        during(what, kind, "", fault);
    }

    /** The same. @param frozen the node whose process stands still meanwhile; empty: none */
    void during(String what, FaultKind kind, String frozen, Fault fault) throws Exception {
        long from = recorder.nowMillis();
        lab.cluster().nodes().forEach(Node::look);
        System.err.println("  " + from / 1000 + " s, " + Instant.now() + ": " + what);
        try {
            fault.happen();
        } finally {
            recorder.troubled(new Trouble(
                    what,
                    from,
                    recorder.nowMillis() + kind.feltMillis(),
                    kind.gaps(),
                    kind.failures(),
                    kind.breaks(),
                    frozen));
        }
    }

    /** Lets clients work for so long. */
    public void work(Duration time) throws Exception {
        new CompletableFuture<Void>()
                .completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS)
                .get(time.toMillis() + DONE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Lets clients work until so many more events were acknowledged: on a machine that is busy that takes longer. */
    public void workUntilPublished(int events, Duration limit) throws Exception {
        long wanted = recorder.acknowledged() + events;
        if (!Await.atMost(limit, LOOK, () -> recorder.acknowledged() >= wanted)) {
            throw new IOException("Clients did not publish " + events + " events within " + limit.toSeconds() + " s: "
                    + recorder.summary() + "; first of what failed: "
                    + recorder.history(End.NONE).calls().stream()
                            .limit(TOLD_MOST)
                            .toList()
                    + "; first of those that moved: "
                    + recorder.moves().stream().limit(TOLD_MOST).toList());
        }
    }

    /**
     * Lets clients work until events are acknowledged at about that pace, for processes that are young take their time. Says the pace that
     * they came to, and fails where it is not the one that was asked for.
     */
    public void workAtPace(int eventsPerSecond, Duration limit) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        double pace = 0;
        while (pace < PACE_SHARE * eventsPerSecond && System.nanoTime() < end) {
            long before = recorder.acknowledged();
            long began = System.nanoTime();
            work(PACE_TIME);
            pace = (recorder.acknowledged() - before) * 1e9 / (System.nanoTime() - began);
        }
        System.err.println("  " + recorder.nowMillis() / 1000 + " s: " + Math.round(pace) + " events a second");
        if (pace < PACE_SHARE * eventsPerSecond) {
            throw new IOException("This machine came to " + Math.round(pace) + " events a second in "
                    + limit.toSeconds() + " s, and not to " + eventsPerSecond + ": " + recorder.summary());
        }
    }

    /** What clients have done so far. */
    public Recorder recorder() {
        return recorder;
    }

    /**
     * What is found.
     *
     * @param history with all that the verdict is about
     * @param settledMillis how long it took after the last client until all nodes agreed, or the wait was given up
     */
    public record Found(History history, Verdict verdict, Recorder recorder, long settledMillis) {

        /** For people. */
        public String text() {
            return verdict.text() + "\n" + recorder.summary() + "\nsettled in " + settledMillis + " ms";
        }
    }

    /** Ends the clients, waits until the nodes agree, 30 s at most, and judges. */
    public Found end() throws Exception {
        traffic.end(DONE);
        traffic.close();
        long from = recorder.nowMillis();
        Await.atMost(FaultLab.CONVERGED, LOOK, () -> isSettled());
        long settled = recorder.nowMillis() - from;
        History history = recorder.history(look());
        System.err.println("  " + recorder.nowMillis() / 1000 + " s, the end: " + recorder.summary() + ", settled in "
                + settled + " ms");
        return new Found(history, Verdict.of(history), recorder, settled);
    }

    private boolean isSettled() {
        End end = look();
        History rest = recorder.history(end);
        return Verdict.of(History.empty()
                        .withChanges(rest.changes().toArray(Change[]::new))
                        .withEnd(end))
                .holds();
    }

    /** A node that does not answer is something left undone. */
    private End look() {
        try {
            return looks.end();
        } catch (IOException unanswered) {
            return new End(
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    List.of("a node does not answer its operator: " + unanswered));
        }
    }

    @Override
    public void close() throws Exception {
        traffic.close();
    }
}
