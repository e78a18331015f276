package io.dataprism.load.fan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One run: publishers for a while, each with one event under way, then until everything has come that is expected. */
final class Run {

    private static final long DRAIN_MILLIS = 30_000;
    private static final long CONNECT_MILLIS = 10_000;
    private static final double NANOS_OF_A_SECOND = 1e9;
    private static final long NANOS_OF_A_MILLI = 1_000_000;

    private final Fan fan;
    private final List<Publisher> publishers;
    private final Latencies answered;
    private long events;
    private long eventsMost = Long.MAX_VALUE;
    private long intervalNanos;
    private long endNanos;
    private int turn;

    /** @param answered what the publishers tell how long each answer took */
    Run(Fan fan, List<Publisher> publishers, Latencies answered) {
        this.fan = fan;
        this.publishers = publishers;
        this.answered = answered;
    }

    /** Waits until every publisher can publish. */
    void connect() throws IOException {
        boolean all = fan.loop().until(() -> areFree(), this::requireNoFailure, CONNECT_MILLIS, false);
        if (!all) {
            throw new IOException("The publishers were not connected within " + CONNECT_MILLIS + " ms.");
        }
    }

    /**
     * Runs.
     *
     * @param perSecond of all publishers together, at times that are fixed beforehand; 0: as fast as answers come
     * @param most events; 0: as many as it takes
     */
    Map<String, Object> run(long millis, double perSecond, long most) throws IOException {
        eventsMost = most == 0 ? Long.MAX_VALUE : most;
        intervalNanos = perSecond == 0 ? 0 : (long) (NANOS_OF_A_SECOND * publishers.size() / perSecond);
        long received = fan.received();
        fan.latencies().clear();
        answered.clear();
        long start = System.nanoTime();
        endNanos = start + millis * NANOS_OF_A_MILLI;
        for (Publisher publisher : publishers) {
            publisher.due(start + intervalNanos * publisher.number() / publishers.size());
        }
        boolean all = fan.loop()
                .until(
                        () -> isOver() && areFree() && fan.isAllReceived(),
                        this::publish,
                        millis + DRAIN_MILLIS,
                        intervalNanos > 0);
        long end = all && fan.received() > received ? fan.lastNanos() : System.nanoTime();
        return answer(all, fan.received() - received, end - start);
    }

    private boolean isOver() {
        return events >= eventsMost || System.nanoTime() >= endNanos;
    }

    private boolean areFree() {
        return publishers.stream().allMatch(Publisher::isFree);
    }

    private void publish() {
        requireNoFailure();
        for (int each = 0; each < publishers.size() && !isOver(); each++) {
            Publisher publisher = publishers.get(each);
            long now = System.nanoTime();
            if (publisher.isFree() && now >= publisher.dueNanos()) {
                send(publisher, intervalNanos == 0 ? now : publisher.dueNanos());
                publisher.due(publisher.dueNanos() + intervalNanos);
            }
        }
    }

    private void send(Publisher publisher, long nanos) {
        int topic = turn++ % fan.topics().count();
        events++;
        try {
            publisher.publish(publisher.number(), topic, fan.next(publisher.number(), topic), nanos);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void requireNoFailure() {
        for (Publisher publisher : publishers) {
            if (publisher.failure() != null) {
                throw new IllegalStateException("A publisher failed: " + publisher.failure());
            }
        }
    }

    private Map<String, Object> answer(boolean all, long received, long nanos) {
        Map<String, Object> answer = new HashMap<>();
        answer.put("units", fan.size() == 0 ? events : received);
        answer.put("nanos", nanos);
        answer.put("published", events);
        answer.put("inTime", all);
        answer.put("lost", fan.lost());
        answer.put("doubled", fan.doubled());
        answer.put("trouble", fan.trouble());
        answer.put("messageBytes", fan.messageBytes());
        answer.put("latency", fan.latencies().answer());
        answer.put("answered", answered.answer());
        answer.put("answer", publishers.getFirst().answer());
        return answer;
    }
}
