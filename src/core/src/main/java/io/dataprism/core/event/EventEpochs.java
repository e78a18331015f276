package io.dataprism.core.event;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The lives of a log whose events are kept, oldest first. There is one, but where the disk lost events that were acknowledged:
 * then their numbers are given again, and only the epoch tells a cursor of before from one of after. Immutable.
 */
record EventEpochs(List<Epoch> lives) {

    /** @param start the position at which it began */
    record Epoch(String name, long start) {}

    EventEpochs {
        lives = List.copyOf(lives);
    }

    static EventEpochs one(String name) {
        return new EventEpochs(List.of(new Epoch(name, 0)));
    }

    /** The same, with one more unless the last has that name. */
    EventEpochs and(String name, long start) {
        if (lives.getLast().name().equals(name)) {
            return this;
        }
        List<Epoch> more = new ArrayList<>(lives);
        more.add(new Epoch(name, start));
        return new EventEpochs(more);
    }

    /** A name for a new one; names sort by the time of their beginning. */
    static String newName(InstantSource clock) {
        long random = ThreadLocalRandom.current().nextLong(36L * 36 * 36 * 36, 36L * 36 * 36 * 36 * 36);
        return Long.toString(clock.millis(), 36) + Long.toString(random, 36);
    }

    String current() {
        return lives.getLast().name();
    }

    boolean isKnown(String name) {
        return lives.stream().anyMatch(life -> life.name().equals(name));
    }

    boolean isCurrent(String name) {
        return current().equals(name);
    }

    /** Where a life that is known ended: where the next began, or at the head. */
    long end(String name, long head) {
        for (int i = 0; i < lives.size() - 1; i++) {
            if (lives.get(i).name().equals(name)) {
                return lives.get(i + 1).start();
            }
        }
        return head;
    }
}
