package io.dataprism.load.clusterrow;

import io.dataprism.load.cluster.Cluster;
import io.dataprism.load.cluster.Node;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.service.CallConnection;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Small calls to a plugin on another node while large batches go to a plugin on that node and come back, against the same without them. Both
 * ways between the nodes are filled; the two processors are too, which the row cannot tell apart.
 */
public final class BatchesBesideRow implements Row<ClusterLab> {

    private static final int STREAMS = 2;
    private static final int WARM_UP_CALLS = 2_000;
    private static final int CALLS_OF_A_ROUND = 1_000;
    private static final int DISCARD_BYTES = 1 << 20;
    private static final double TAIL = 99;
    private static final String BODY =
            "{\"input\": {\"sql\": \"SELECT a, a * 2 AS b, a * 3 AS c FROM range(4000000) t(a)\"}}";

    @Override
    public String name() {
        return "batches";
    }

    @Override
    public List<Outcome> measure(ClusterLab lab) throws Exception {
        Node gateway = lab.other(lab.home(ClusterLab.ECHO));
        List<Double> without = new ArrayList<>();
        List<Double> with = new ArrayList<>();
        long bytes = 0;
        long nanos = 0;
        try (CallConnection small =
                CallConnection.open(gateway.place().host(), ClusterLab.target(gateway, lab.calledBesideEcho()))) {
            RemoteCallRow.calls(small, lab.count(WARM_UP_CALLS, 20));
            for (int round = 0; round < lab.rounds(); round++) {
                without.addAll(RemoteCallRow.calls(small, lab.count(CALLS_OF_A_ROUND, 20)));
                try (Streams streams = new Streams(gateway)) {
                    streams.awaitFlow();
                    long start = System.nanoTime();
                    long before = streams.bytes.get();
                    with.addAll(RemoteCallRow.calls(small, lab.count(CALLS_OF_A_ROUND, 20)));
                    bytes += streams.bytes.get() - before;
                    nanos += System.nanoTime() - start;
                }
            }
        }
        double rate = bytes * 1e3 / Math.max(1, nanos);
        Samples alone = Samples.of(without);
        Samples beside = Samples.of(with);
        return List.of(
                outcome("p50 of small calls", beside.median(), alone.median(), rate, lab.rounds()),
                outcome("p99 of small calls", beside.percentile(TAIL), alone.percentile(TAIL), rate, lab.rounds()));
    }

    private Outcome outcome(String data, double with, double without, double megabytesPerSecond, int rounds) {
        return new Outcome(
                name(),
                data + ", beside batches against without",
                "us",
                with,
                without,
                with / without,
                "told, not judged",
                null,
                rounds,
                Map.of(),
                Map.of("batchesMegabytesPerSecondToTheClient", megabytesPerSecond));
    }

    /** Readers of what goes to the other node and comes back, one answer after the other until they are closed. */
    private static final class Streams implements AutoCloseable {

        private static final long FLOW_BYTES = 4L << 20;
        private static final Duration LIMIT = Duration.ofSeconds(30);

        private final AtomicLong bytes = new AtomicLong();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final List<Thread> readers = new ArrayList<>();

        Streams(Node gateway) throws IOException {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://" + gateway.place().host() + ":"
                                    + gateway.place().port() + "/v1/plugins/" + ClusterLab.ECHO
                                    + "/operations/identity"))
                    .header("Authorization", "Bearer " + gateway.api().token())
                    .header("Content-Type", "application/json")
                    .header("Accept", "application/vnd.apache.arrow.stream")
                    .POST(HttpRequest.BodyPublishers.ofString(BODY))
                    .build();
            for (int each = 0; each < STREAMS; each++) {
                readers.add(Thread.ofPlatform().daemon().name("batches").start(() -> read(request)));
            }
        }

        private void read(HttpRequest request) {
            byte[] scratch = new byte[DISCARD_BYTES];
            while (!ended.get()) {
                try (InputStream body = client.send(request, HttpResponse.BodyHandlers.ofInputStream())
                        .body()) {
                    for (int count = body.read(scratch); count >= 0 && !ended.get(); count = body.read(scratch)) {
                        bytes.addAndGet(count);
                    }
                } catch (IOException e) {
                    if (!ended.get()) {
                        System.err.println("  a stream of batches broke: " + e);
                    }
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        void awaitFlow() throws IOException, InterruptedException {
            Cluster.await(LIMIT, "batches flow", () -> bytes.get() >= FLOW_BYTES);
        }

        @Override
        public void close() throws InterruptedException {
            ended.set(true);
            for (Thread reader : readers) {
                reader.join(LIMIT);
            }
            client.shutdownNow();
        }
    }
}
