package io.dataprism.load.eventrow;

import io.dataprism.load.child.ProcessMemory;
import io.dataprism.load.measure.Await;
import io.dataprism.load.service.Service;
import io.dataprism.load.watch.ProcessWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ten thousand connections, four WebSockets for each stream of server-sent events, that are held for a long time while one in a hundred
 * goes and another comes again and again, and events are published to all of them; the service's process is watched. Each subscriber
 * must have every event once. At the end all go, and their descriptors with them. Blocks; one thread.
 */
public final class ConnectionSoak {

    /** A log that is full soon: it grows until it is, and that would look like a leak. */
    private static final String SETTINGS = "limits: {eventLogEvents: 2000}\n";

    private static final int SOCKETS = 8_000;
    private static final int STREAMS = 2_000;
    private static final int CHURN_ONE_OF = 100;
    private static final int TOPICS = 10;
    private static final int EVENTS_A_SECOND = 100;
    private static final long PIECE_MILLIS = 500;
    private static final int SPARE_DESCRIPTORS = 16;
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration ENDING = Duration.ofSeconds(10);

    private final EventLab lab;
    private final Map<String, Long> done = new LinkedHashMap<>();
    private final StringBuilder amiss = new StringBuilder();

    public ConnectionSoak(EventLab lab) {
        this.lab = lab;
    }

    /** Goes on for so long and answers what was found. */
    public Map<String, Object> run(Duration time) throws Exception {
        String missing = lab.missingFor(SOCKETS + STREAMS);
        if (!missing.isEmpty()) {
            throw new IOException("The soak cannot begin: " + missing);
        }
        try (Service service = lab.newService(SETTINGS)) {
            long before = descriptors(service);
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("seconds", time.toSeconds());
            result.put("connections", sockets() + streams());
            result.put("done", done);
            result.putAll(hold(service, time));
            long after = settledDescriptors(service, before);
            result.put("amiss", amiss.toString());
            result.put("descriptorsBefore", before);
            result.put("descriptorsAfter", after);
            result.put("descriptorsGivenBack", after <= before + SPARE_DESCRIPTORS);
            return result;
        }
    }

    private int sockets() {
        return lab.count(SOCKETS, 80);
    }

    private int streams() {
        return lab.count(STREAMS, 20);
    }

    private Map<String, Object> hold(Service service, Duration time) throws Exception {
        try (Crowd sockets = lab.crowd(Side.of(service, Side.WEB_SOCKET), TOPICS);
                Crowd streams = lab.crowd(Side.of(service, Side.SSE), TOPICS)) {
            sockets.subscribe(sockets(), 0, 0);
            streams.subscribe(streams(), 0, 0);
            long began = System.nanoTime();
            try (ProcessWatch watch = new ProcessWatch(service.pid())) {
                while (System.nanoTime() - began < time.toNanos()) {
                    piece(sockets, sockets() / CHURN_ONE_OF + 1);
                    piece(streams, streams() / CHURN_ONE_OF + 1);
                }
                return watch.result();
            }
        }
    }

    private void piece(Crowd crowd, int churn) throws IOException {
        crowd.replace(churn);
        Heard heard = crowd.paced(1, PIECE_MILLIS, EVENTS_A_SECOND);
        count("connectionsReplaced", churn);
        count("published", heard.published());
        count("delivered", heard.delivered().units());
        if (amiss.isEmpty()) {
            amiss.append(heard.amiss());
        }
    }

    private void count(String what, long times) {
        done.merge(what, times, Long::sum);
    }

    private static long descriptors(Service service) throws IOException {
        return ProcessMemory.of(service.pid()).descriptors();
    }

    /** The service notices within a moment that connections have gone. */
    private static long settledDescriptors(Service service, long before) throws IOException, InterruptedException {
        Await.atMost(ENDING, LOOK, () -> descriptors(service) <= before);
        return descriptors(service);
    }
}
