package io.dataprism.load.eventrow;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.load.child.Child;
import io.dataprism.load.child.ProcessClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One server's subscribers and publishers, held by a generator. One thread; every call blocks. */
final class Crowd implements AutoCloseable {

    /** Of the data of an event: less it cannot be. */
    static final int LEAST_DATA_BYTES = 63;

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Child generator;
    private final Side side;
    private final String name;

    private Crowd(Child generator, Side side, String name) {
        this.generator = generator;
        this.side = side;
        this.name = name;
    }

    /**
     * A crowd of nobody yet.
     *
     * @param topics how many there are, of names that no other crowd has
     * @param sizeBytes of an event's data
     */
    static Crowd of(Child generator, Side side, int topics, int sizeBytes) throws IOException {
        String name = "bench" + NUMBERS.incrementAndGet();
        Crowd crowd = new Crowd(generator, side, name);
        crowd.ask(
                "new",
                Map.of(
                        "dialect", side.dialect(),
                        "posting", side.posting(),
                        "port", side.port(),
                        "postPort", side.postPort(),
                        "token", side.token(),
                        "prefix", name,
                        "topics", topics,
                        "sizeBytes", sizeBytes));
        return crowd;
    }

    Side side() {
        return side;
    }

    /**
     * Opens subscribers and waits until each had an event.
     *
     * @param patterns how many of them follow a pattern of a hundred topics, the others one topic
     * @param stalled how many will read nothing once {@link #stall} was called
     * @return the size of the event that they had, with what stands around it but the frame's head
     */
    int subscribe(int count, int patterns, int stalled) throws IOException {
        return ask("subscribe", Map.of("count", count, "patterns", patterns, "stalled", stalled))
                .path("messageBytes")
                .asInt();
    }

    /** So many of the oldest leave, and as many come. Every event so far must have come. */
    void replace(int count) throws IOException {
        ask("retire", Map.of("count", count));
        subscribe(count, 0, 0);
    }

    void stall() throws IOException {
        ask("stall", Map.of());
    }

    /** Publishes as fast as answers come. */
    Heard run(int publishers, long millis) throws IOException {
        return run(Map.of("publishers", publishers, "millis", millis));
    }

    /** Publishes so many events a second. */
    Heard paced(int publishers, long millis, double perSecond) throws IOException {
        return run(Map.of("publishers", publishers, "millis", millis, "rate", perSecond));
    }

    /** Publishes so many events, or as many as there is time for. */
    Heard events(int publishers, int most, long millis) throws IOException {
        return run(Map.of("publishers", publishers, "millis", millis, "most", most));
    }

    /** Subscribers that come later resume from there, and must have all that is published from now on. */
    void place(String cursor) throws IOException {
        ask("place", Map.of("cursor", cursor));
    }

    /** Opens so many at once, and waits until they have what they missed. */
    JsonNode resume(int count) throws IOException {
        return ask("resume", Map.of("count", count));
    }

    private Heard run(Map<String, Object> how) throws IOException {
        long generatorCpu = ProcessClock.cpuNanos(generator.pid());
        long cpu = side.cpuNanos();
        long start = System.nanoTime();
        JsonNode answer = ask("run", how);
        long wall = System.nanoTime() - start;
        return Heard.of(answer, side.cpuNanos() - cpu, ProcessClock.cpuNanos(generator.pid()) - generatorCpu, wall);
    }

    private JsonNode ask(String what, Map<String, Object> how) throws IOException {
        Map<String, String> question = new HashMap<>();
        how.forEach((key, value) -> question.put(key, String.valueOf(value)));
        question.put("do", what);
        question.put("fan", name);
        return generator.ask(question);
    }

    @Override
    public void close() {
        try {
            ask("close", Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException("The generator could not close " + name, e);
        }
    }
}
