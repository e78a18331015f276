package io.dataprism.load.history;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A run, from its beginning to the rest after it.
 *
 * @param calls those that were not answered as they should have been
 * @param followed by follower, what it was told; it began before the first publication
 */
public record History(
        List<Call> calls,
        List<Publication> publications,
        Map<String, List<Item>> followed,
        List<Change> changes,
        List<Trouble> troubles,
        End end) {

    public History {
        calls = List.copyOf(calls);
        publications = List.copyOf(publications);
        followed = Map.copyOf(followed);
        changes = List.copyOf(changes);
        troubles = List.copyOf(troubles);
    }

    /** Of nothing, for histories that are written by hand. */
    public static History empty() {
        return new History(List.of(), List.of(), Map.of(), List.of(), List.of(), End.NONE);
    }

    public History withCalls(Call... some) {
        return new History(List.of(some), publications, followed, changes, troubles, end);
    }

    public History withPublications(Publication... some) {
        return new History(calls, List.of(some), followed, changes, troubles, end);
    }

    public History withFollower(String name, Item... items) {
        Map<String, List<Item>> all = new HashMap<>(followed);
        all.put(name, List.of(items));
        return new History(calls, publications, all, changes, troubles, end);
    }

    public History withChanges(Change... some) {
        return new History(calls, publications, followed, List.of(some), troubles, end);
    }

    public History withTroubles(Trouble... some) {
        return new History(calls, publications, followed, changes, List.of(some), end);
    }

    public History withEnd(End found) {
        return new History(calls, publications, followed, changes, troubles, found);
    }
}
