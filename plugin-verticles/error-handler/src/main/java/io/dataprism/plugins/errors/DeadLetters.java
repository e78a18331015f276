package io.dataprism.plugins.errors;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Calls that failed for good: at most 1,000, of which the oldest makes room. Any thread. */
final class DeadLetters {

    static final int MOST = 1_000;

    private final TreeMap<Long, DeadLetter> byId = new TreeMap<>();
    private long lastId;
    private long dropped;

    /** Keeps one under the next id. */
    synchronized DeadLetter add(ErrorReport report, FailedCall call, int attempts, String error, String reason) {
        DeadLetter letter = new DeadLetter(++lastId, report, call, attempts, error, reason);
        byId.put(letter.id(), letter);
        if (byId.size() > MOST) {
            byId.pollFirstEntry();
            dropped++;
        }
        return letter;
    }

    synchronized Optional<DeadLetter> find(long id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Whether this very call is one already. */
    synchronized boolean has(FailedCall call) {
        return byId.values().stream().anyMatch(letter -> letter.call().equals(call));
    }

    synchronized void remove(long id) {
        byId.remove(id);
    }

    /** One more attempt failed: keeps it with the new error, unless it is gone meanwhile. */
    synchronized void failedAgain(DeadLetter letter, String error) {
        byId.computeIfPresent(
                letter.id(),
                (id, known) ->
                        new DeadLetter(id, known.report(), known.call(), known.attempts() + 1, error, known.reason()));
    }

    /** The newest first. */
    synchronized List<Map<String, @Nullable Object>> list(int limit) {
        return new ArrayList<>(byId.descendingMap().values())
                .stream().limit(limit).map(DeadLetter::toJson).toList();
    }

    /** How many made room for others. */
    synchronized long dropped() {
        return dropped;
    }

    /** Forgets all; answers how many there were. */
    synchronized int clear() {
        int count = byId.size();
        byId.clear();
        dropped = 0;
        return count;
    }
}
