package io.dataprism.load.eventrow;

import io.dataprism.load.child.JavaHeap;
import io.dataprism.load.child.ProcessClock;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.peer.EventPeer;
import io.dataprism.load.service.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a WebSocket that is open, subscribed and idle takes: ten thousand of them at a server of their own, what it has with them less
 * what it had before, which is after a tenth as many came and went. Of ours also the Java heap; both after a collection.
 */
public final class IdleRow implements Row<EventLab> {

    private static final String PEER = "nchan";
    private static final Goal GOAL = new Goal.AtMost(16);
    private static final int SOCKETS = 10_000;
    private static final int FORERUNNERS_ONE_OF = 10;
    private static final Duration REST = Duration.ofSeconds(6);
    private static final double KIBIBYTE = 1024;

    /** Of one socket, in bytes. */
    private record Size(double resident, double heap) {}

    /** What a server has. */
    private interface Look {
        Size now() throws IOException;
    }

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String missing(EventLab lab) {
        return lab.missingFor(SOCKETS);
    }

    @Override
    public List<Outcome> measure(EventLab lab) throws Exception {
        List<Double> resident = new ArrayList<>();
        List<Double> heap = new ArrayList<>();
        List<Double> against = new ArrayList<>();
        for (int round = 0; round < lab.rounds(); round++) {
            Size mine = ours(lab);
            resident.add(mine.resident / KIBIBYTE);
            heap.add(mine.heap / KIBIBYTE);
            if (lab.has(PEER)) {
                against.add(peers(lab).resident / KIBIBYTE);
            }
        }
        return List.of(outcome(Samples.of(resident), Samples.of(heap), against));
    }

    private static Size ours(EventLab lab) throws Exception {
        try (Service service = lab.newService()) {
            Side side = Side.of(service, Side.WEB_SOCKET);
            return ofOne(lab, side, () -> {
                long heap = JavaHeap.collectedBytes(service.pid());
                return new Size(ProcessClock.residentBytes(service.pid()), heap);
            });
        }
    }

    private static Size peers(EventLab lab) throws Exception {
        try (EventPeer peer = lab.newPeer(PEER)) {
            Side side = Side.of(PEER, peer, Side.WEB_SOCKET);
            return ofOne(lab, side, () -> {
                long bytes = 0;
                for (long pid : side.pids().get()) {
                    bytes += ProcessClock.residentBytes(pid);
                }
                return new Size(bytes, 0);
            });
        }
    }

    private static Size ofOne(EventLab lab, Side side, Look look) throws Exception {
        int count = lab.count(SOCKETS, 50);
        try (Crowd forerunners = lab.crowd(side, 1)) {
            forerunners.subscribe(count / FORERUNNERS_ONE_OF, 0, 0);
        }
        rest(lab);
        Size before = look.now();
        try (Crowd crowd = lab.crowd(side, 1)) {
            crowd.subscribe(count, 0, 0);
            rest(lab);
            Size with = look.now();
            return new Size((with.resident - before.resident) / count, (with.heap - before.heap) / count);
        }
    }

    /** Memory is looked at when what came and went has come to rest. */
    private static void rest(EventLab lab) throws Exception {
        new CompletableFuture<Void>()
                .completeOnTimeout(null, lab.count((int) REST.toMillis(), 100), TimeUnit.MILLISECONDS)
                .get(1, TimeUnit.MINUTES);
    }

    private Outcome outcome(Samples resident, Samples heap, List<Double> against) {
        Map<String, Object> more = new HashMap<>();
        more.put("heapKiB", heap.median());
        more.put("notMeasured", "what the kernel keeps for a connection");
        return new Outcome(
                name(),
                "a WebSocket with one subscription, resident, beside " + PEER,
                "KiB",
                resident.median(),
                against.isEmpty() ? null : Samples.of(against).median(),
                resident.median(),
                GOAL.text(),
                GOAL.isMetBy(resident.median()),
                resident.size(),
                Map.of("oursLeast", resident.least(), "oursMost", resident.most()),
                more);
    }
}
