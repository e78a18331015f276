package io.dataprism.load.row;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.service.HttpConnection;
import io.dataprism.load.service.Service;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * From {@code DELETE /v1/queries/{id}} until the query is not listed any more and the engine's batches are freed: of streams whose
 * reader has stalled, and of queries that compute and have answered nothing yet.
 */
public final class CancelRow implements Row<Bench> {

    private static final Goal GOAL = new Goal.AtMost(100);
    private static final int CANCELS_OF_A_ROUND = 20;
    private static final long READ_BYTES = 1 << 20;
    private static final double NANOS_OF_A_MILLI = 1e6;
    private static final long LIMIT_NANOS = 10_000_000_000L;
    private static final double TAIL = 99;
    private static final String STREAM = "SELECT * FROM lineitem";
    private static final String COMPUTE = "SELECT count(*) FROM range(1000000000000) AS r(i) WHERE i % 7 = 3";

    @FunctionalInterface
    private interface Start {
        String start(HttpConnection connection) throws IOException;
    }

    @Override
    public String name() {
        return "cancel";
    }

    @Override
    public List<Outcome> measure(Bench bench) throws Exception {
        try (Service service = bench.newService("cancel")) {
            return List.of(
                    measure(bench, service, "stalled streams", connection -> {
                        var body = connection.query(STREAM, HttpConnection.ARROW);
                        body.skip(READ_BYTES);
                        return body.queryId();
                    }),
                    measure(bench, service, "computing queries", connection -> {
                        connection.send(COMPUTE, HttpConnection.ARROW);
                        return idOf(service);
                    }));
        }
    }

    private Outcome measure(Bench bench, Service service, String data, Start start) throws Exception {
        for (int warmUp = 0; warmUp < CANCELS_OF_A_ROUND; warmUp++) {
            cancel(service, start);
        }
        List<Double> millis = new ArrayList<>();
        for (int cancel = 0; cancel < CANCELS_OF_A_ROUND * bench.rounds(); cancel++) {
            millis.add(cancel(service, start));
        }
        Samples sample = Samples.of(millis);
        double tail = sample.percentile(TAIL);
        return new Outcome(
                name(),
                data + ", p99",
                "ms",
                tail,
                null,
                tail,
                GOAL.text(),
                GOAL.isMetBy(tail),
                bench.rounds(),
                Map.of("least", sample.least(), "median", sample.median(), "most", sample.most()),
                Map.of("cancels", sample.size()));
    }

    private static double cancel(Service service, Start start) throws IOException {
        long level = service.arrowBytes();
        try (HttpConnection connection = service.connect()) {
            String id = start.start(connection);
            long begin = System.nanoTime();
            if (!service.cancel(id)) {
                throw new IOException("Query " + id + " was not there to be cancelled.");
            }
            while (isListed(service, id) || service.arrowBytes() > level) {
                if (System.nanoTime() - begin > LIMIT_NANOS) {
                    throw new IOException("Query " + id + " was cancelled 10 s ago, and not everything is freed: "
                            + service.arrowBytes() + " bytes of batches, " + level + " before it.");
                }
            }
            return (System.nanoTime() - begin) / NANOS_OF_A_MILLI;
        }
    }

    private static boolean isListed(Service service, String id) throws IOException {
        for (JsonNode query : service.queries()) {
            if (query.path("id").asText().equals(id)) {
                return true;
            }
        }
        return false;
    }

    /** Of the one query, once it runs. */
    private static String idOf(Service service) throws IOException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < LIMIT_NANOS) {
            for (JsonNode query : service.queries()) {
                if (query.path("state").asText().equals("running")) {
                    return query.path("id").asText();
                }
            }
        }
        throw new IOException("The query was sent 10 s ago and does not run.");
    }
}
