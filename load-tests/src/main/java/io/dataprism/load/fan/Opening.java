package io.dataprism.load.fan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Opens subscribers, so many at a time, and waits until each has had an event that only tells that it is there. */
final class Opening {

    private static final int UNDER_WAY_MOST = 128;
    private static final long LIMIT_MILLIS = 300_000;
    private static final long PROBE_MILLIS = 200;
    private static final long NANOS_OF_A_MILLI = 1_000_000;

    private final Fan fan;
    private final int count;
    private final int patterns;

    /** @param patterns how many of them follow the pattern of a group */
    Opening(Fan fan, int count, int patterns) {
        this.fan = fan;
        this.count = count;
        this.patterns = patterns;
    }

    /** Opens them all; how long it took in nanoseconds. */
    long open() throws IOException {
        long start = System.nanoTime();
        int before = fan.size();
        boolean all = fan.loop()
                .until(
                        () -> fan.open() == before + count || !fan.trouble().isEmpty(),
                        () -> begin(before),
                        LIMIT_MILLIS,
                        false);
        require(all && fan.trouble().isEmpty(), "shook hands", fan.open() - before);
        return System.nanoTime() - start;
    }

    private void begin(int before) {
        try {
            while (fan.size() < before + count && fan.size() - fan.open() < UNDER_WAY_MOST) {
                fan.subscribe(fan.size(), fan.size() - before < patterns);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Publishes to every topic until all have heard it. */
    void probe(List<Publisher> publishers) throws IOException {
        boolean all = fan.loop()
                .until(
                        () -> fan.heard() == fan.size() && publishers.stream().allMatch(Publisher::isFree),
                        new Probe(publishers),
                        LIMIT_MILLIS,
                        false);
        require(all, "had an event", fan.heard());
    }

    private void require(boolean met, String what, int reached) throws IOException {
        if (!met) {
            throw new IOException("Of " + count + " subscribers " + reached + " " + what + ". " + fan.trouble());
        }
    }

    /** One topic after the other, each by whom is free, and all again after a while. */
    private final class Probe implements Runnable {

        private final List<Publisher> publishers;
        private int topic;
        private long notBefore = System.nanoTime();

        Probe(List<Publisher> publishers) {
            this.publishers = publishers;
        }

        @Override
        public void run() {
            for (Publisher publisher : publishers) {
                if (publisher.failure() != null) {
                    throw new IllegalStateException("The publisher failed: " + publisher.failure());
                }
                if (publisher.isFree() && System.nanoTime() >= notBefore && fan.heard() < fan.size()) {
                    publish(publisher);
                }
            }
        }

        private void publish(Publisher publisher) {
            try {
                publisher.publish(Mark.PROBE, topic, 0, System.nanoTime());
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            topic = (topic + 1) % fan.topics().count();
            notBefore = topic == 0 ? System.nanoTime() + PROBE_MILLIS * NANOS_OF_A_MILLI : notBefore;
        }
    }
}
