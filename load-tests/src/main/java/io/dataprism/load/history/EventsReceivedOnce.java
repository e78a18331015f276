package io.dataprism.load.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Each follower is told each acknowledged event once. One that is missing must lie in a gap that the follower was told at that very place:
 * after what its publisher published before it, and before what came after it.
 */
record EventsReceivedOnce() implements Invariant {

    /** Of what came in between. */
    private static final int TOLD_MOST = 24;

    @Override
    public String promise() {
        return "acknowledged events are received once by each follower, or a gap says where they were lost";
    }

    @Override
    public List<String> violations(History history) {
        List<String> violations = new ArrayList<>();
        history.followed().forEach((follower, items) -> {
            Map<Integer, Reception> receptions = receptions(follower, items, violations);
            List<Integer> gaps = gaps(items);
            history.publications().stream()
                    .filter(Publication::acknowledged)
                    .filter(each -> !receptions
                            .getOrDefault(each.publisher(), Reception.NONE)
                            .hasOrLost(each.number(), gaps, items.size()))
                    .forEach(each -> violations.add(follower + " was never told " + each));
        });
        return violations;
    }

    private static Map<Integer, Reception> receptions(String follower, List<Item> items, List<String> violations) {
        Map<Integer, Reception> receptions = new HashMap<>();
        for (int place = 0; place < items.size(); place++) {
            if (items.get(place) instanceof Item.Event event) {
                Integer first = receptions
                        .computeIfAbsent(event.publisher(), each -> new Reception(new TreeMap<>()))
                        .add(event.number(), place);
                if (first != null) {
                    violations.add(follower + " was told twice " + event + "; before: "
                            + items.subList(first, Math.min(place, first + TOLD_MOST)));
                }
            }
        }
        return receptions;
    }

    private static List<Integer> gaps(List<Item> items) {
        List<Integer> gaps = new ArrayList<>();
        for (int place = 0; place < items.size(); place++) {
            if (items.get(place) instanceof Item.Gap) {
                gaps.add(place);
            }
        }
        return gaps;
    }

    /** Where a publisher's events stand among a follower's items. */
    private record Reception(TreeMap<Long, Integer> places) {

        static final Reception NONE = new Reception(new TreeMap<>());

        /** Answers where it stood already; null: nowhere. */
        @Nullable
        Integer add(long number, int place) {
            return places.putIfAbsent(number, place);
        }

        boolean hasOrLost(long number, List<Integer> gaps, int end) {
            if (places.containsKey(number)) {
                return true;
            }
            var before = places.lowerEntry(number);
            var after = places.higherEntry(number);
            int from = before == null ? -1 : before.getValue();
            int to = after == null ? end : after.getValue();
            return gaps.stream().anyMatch(gap -> gap > from && gap < to);
        }
    }
}
