package io.dataprism.load.history;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Takes down what happens. Any thread; nothing blocks for long. Its size is bounded by what the run does: an event for each follower. */
public final class Recorder {

    private static final double NANOS_OF_A_MILLI = 1e6;
    private static final int MOVES_KEPT = 10_000;

    private final long beganNanos = System.nanoTime();
    private final Map<Call.Kind, Long> answered = new EnumMap<>(Call.Kind.class);
    private final Map<Call.Kind, Long> slowest = new EnumMap<>(Call.Kind.class);
    private final List<Call> others = new ArrayList<>();
    private final List<String> moves = new ArrayList<>();
    private final List<Publication> publications = new ArrayList<>();
    private final Map<String, List<Item>> followed = new LinkedHashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final List<Trouble> troubles = new ArrayList<>();
    private final Map<Integer, Long> lastAcknowledged = new HashMap<>();
    private final Map<String, Map<Integer, Long>> lastTold = new HashMap<>();
    private long movesCount;
    private long leftOut;
    private long acknowledged;

    /** Since the run began. */
    public long nowMillis() {
        return (long) ((System.nanoTime() - beganNanos) / NANOS_OF_A_MILLI);
    }

    public synchronized void ended(Call call) {
        if (call.isAnswered()) {
            answered.merge(call.kind(), 1L, Long::sum);
            slowest.merge(call.kind(), call.tookMillis(), Math::max);
        } else {
            others.add(call);
        }
    }

    /** A call was due and not made, since too many were open. */
    public synchronized void leftOut() {
        leftOut++;
    }

    /** A client went to another gateway. */
    public synchronized void moved(String what, String from, String to, String why) {
        movesCount++;
        if (moves.size() < MOVES_KEPT) {
            moves.add(nowMillis() + " ms: " + what + " from " + from + " to " + to + ": " + why);
        }
    }

    public synchronized void published(Publication publication) {
        publications.add(publication);
        if (publication.acknowledged()) {
            acknowledged++;
            lastAcknowledged.merge(publication.publisher(), publication.number(), Math::max);
        }
    }

    /** A follower that has been told nothing yet. */
    public synchronized void follows(String follower) {
        followed.put(follower, new ArrayList<>());
    }

    public synchronized void told(String follower, Item item) {
        followed.computeIfAbsent(follower, name -> new ArrayList<>()).add(item);
        if (item instanceof Item.Event event) {
            lastTold.computeIfAbsent(follower, name -> new HashMap<>())
                    .merge(event.publisher(), event.number(), Math::max);
        }
    }

    public synchronized void changed(Change change) {
        changes.add(change);
    }

    public synchronized void troubled(Trouble trouble) {
        troubles.add(trouble);
    }

    /** How many events were acknowledged. */
    public synchronized long acknowledged() {
        return acknowledged;
    }

    /** Whether each follower was told the last acknowledged event of each publisher, or something later. */
    public synchronized boolean isCaughtUp() {
        return followed.keySet().stream().allMatch(follower -> {
            Map<Integer, Long> own = lastTold.getOrDefault(follower, Map.of());
            return lastAcknowledged.entrySet().stream()
                    .allMatch(each -> own.getOrDefault(each.getKey(), -1L) >= each.getValue());
        });
    }

    /** All of it, with what was found in the end. */
    public synchronized History history(End end) {
        return new History(others, publications, followed, changes, troubles, end);
    }

    /** Figures, by name. */
    public synchronized Map<String, Object> summary() {
        Map<String, Object> summary = new LinkedHashMap<>();
        for (Call.Kind kind : Call.Kind.values()) {
            String name = kind.name().toLowerCase(Locale.ROOT);
            summary.put(name + "Answered", answered.getOrDefault(kind, 0L));
            summary.put(
                    name + "NotAnswered",
                    others.stream().filter(call -> call.kind() == kind).count());
            summary.put(name + "SlowestMillis", slowest.getOrDefault(kind, 0L));
        }
        summary.put("callsDueAndNotMade", leftOut);
        summary.put("clientsMoved", movesCount);
        summary.put("eventsAcknowledged", acknowledged);
        summary.put("eventsNotAcknowledged", publications.size() - acknowledged);
        followed.forEach((follower, items) -> summary.put(
                follower,
                "events " + items.stream().filter(Item.Event.class::isInstance).count()
                        + ", gaps "
                        + items.stream().filter(Item.Gap.class::isInstance).count()
                        + ", moves "
                        + items.stream().filter(Item.Moved.class::isInstance).count()));
        summary.put(
                "changesAcknowledged",
                changes.stream().filter(Change::acknowledged).count());
        summary.put(
                "changesNotAcknowledged",
                changes.stream().filter(each -> !each.acknowledged()).count());
        return summary;
    }

    /** The first moves of clients, a line each. */
    public synchronized List<String> moves() {
        return List.copyOf(moves);
    }
}
