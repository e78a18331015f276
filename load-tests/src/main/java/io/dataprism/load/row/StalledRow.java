package io.dataprism.load.row;

import io.dataprism.load.child.ProcessClock;
import io.dataprism.load.measure.Await;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.measure.SettledBytes;
import io.dataprism.load.service.HttpConnection;
import io.dataprism.load.service.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What readers that stopped reading keep resident in the service's process. The level before is taken after the same kind of load
 * has come and gone: streams read to their end, eight at a time, and stalled readers that left.
 */
public final class StalledRow implements Row<Bench> {

    private static final double MEBIBYTE = 1 << 20;
    private static final long READ_BYTES = 256 * 1024;
    private static final int WARM_UP_STREAMS = 8;
    private static final int WARM_UP_TURNS = 2;
    private static final int FEW = 1;
    private static final int MANY = 200;
    private static final Goal OF_ONE = new Goal.AtMost(16);
    private static final Goal OF_MANY = new Goal.AtMost(256);
    private static final Duration LOOK_PERIOD = Duration.ofMillis(500);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(15);
    private static final int SETTLED_LOOKS = 4;

    @Override
    public String name() {
        return "stalled";
    }

    @Override
    public List<Outcome> measure(Bench bench) throws Exception {
        try (Service service = bench.newService("stalled")) {
            String sql = "SELECT * FROM lineitem";
            warmUp(service, sql);
            return List.of(measure(bench, service, sql, FEW, OF_ONE), measure(bench, service, sql, MANY, OF_MANY));
        }
    }

    private static void warmUp(Service service, String sql) throws Exception {
        try (ExecutorService readers = Executors.newFixedThreadPool(WARM_UP_STREAMS)) {
            List<Future<Long>> running = new ArrayList<>();
            for (int stream = 0; stream < WARM_UP_STREAMS * WARM_UP_TURNS; stream++) {
                running.add(readers.submit(() -> {
                    try (HttpConnection connection = service.connect()) {
                        return connection.query(sql, HttpConnection.ARROW).skip(Long.MAX_VALUE);
                    }
                }));
            }
            for (Future<Long> each : running) {
                try {
                    each.get();
                } catch (ExecutionException broken) {
                    System.err.println("  a stream that was to warm up broke off: " + broken.getCause());
                }
            }
        }
    }

    private Outcome measure(Bench bench, Service service, String sql, int readers, Goal goal) throws Exception {
        List<Double> added = new ArrayList<>();
        Map<String, Object> more = new HashMap<>();
        more.put("addedByUncountedRound", added(service, sql, readers, more));
        for (int round = 0; round < bench.rounds(); round++) {
            added.add(added(service, sql, readers, more));
        }
        Samples sample = Samples.of(added);
        boolean all = Integer.valueOf(readers).equals(more.get("admitted"));
        return new Outcome(
                name(),
                readers == 1 ? "1 reader" : readers + " readers",
                "MiB",
                sample.median(),
                null,
                sample.median(),
                goal.text(),
                all ? goal.isMetBy(sample.median()) : null,
                bench.rounds(),
                Map.of("least", sample.least(), "most", sample.most()),
                more);
    }

    /** What that many readers add, in MiB, from the level that they find. */
    private static double added(Service service, String sql, int readers, Map<String, Object> more) throws Exception {
        long before = settled(service);
        long heapBefore = service.heapBytes();
        List<HttpConnection> stalled = new ArrayList<>();
        try {
            open(service, sql, readers, stalled, more);
            more.put("admitted", stalled.size());
            long after = settled(service);
            more.put("arrowOfLastRound", service.arrowBytes() / MEBIBYTE);
            more.put("heapCommittedOfLastRound", (service.heapBytes() - heapBefore) / MEBIBYTE);
            return (after - before) / MEBIBYTE;
        } finally {
            for (HttpConnection each : stalled) {
                each.close();
            }
            awaitIdle(service);
        }
    }

    private static void open(
            Service service, String sql, int readers, List<HttpConnection> stalled, Map<String, Object> more)
            throws IOException {
        for (int reader = 0; reader < readers; reader++) {
            HttpConnection connection = service.connect();
            try {
                connection.query(sql, HttpConnection.ARROW).skip(READ_BYTES);
                stalled.add(connection);
            } catch (IOException refused) {
                connection.close();
                more.put("refused", String.valueOf(refused.getMessage()));
                return;
            }
        }
    }

    /** The resident memory, once it stays where it is for two seconds, or after fifteen. */
    private static long settled(Service service) throws IOException, InterruptedException {
        SettledBytes resident = new SettledBytes(MEBIBYTE / 2, SETTLED_LOOKS);
        Await.atMost(SETTLE_LIMIT, LOOK_PERIOD, () -> resident.isStill(ProcessClock.residentBytes(service.pid())));
        return ProcessClock.residentBytes(service.pid());
    }

    private static void awaitIdle(Service service) throws IOException, InterruptedException {
        Await.atMost(SETTLE_LIMIT, LOOK_PERIOD, () -> service.queries().isEmpty());
    }
}
