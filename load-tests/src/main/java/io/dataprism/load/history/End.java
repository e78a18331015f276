package io.dataprism.load.history;

import java.util.List;
import java.util.Map;

/**
 * What was found when everything had settled.
 *
 * @param catalogs by node, what it knows by key
 * @param running by node, how many processes of each plugin there are
 * @param placements by node, where it says that each plugin runs, each as {@code replica at node}
 * @param asked how many replicas there should be, by plugin
 * @param leftovers what should be gone and is not
 */
public record End(
        Map<String, Map<String, String>> catalogs,
        Map<String, Map<String, Integer>> running,
        Map<String, Map<String, List<String>>> placements,
        Map<String, Integer> asked,
        List<String> leftovers) {

    /** Nothing was looked at. */
    public static final End NONE = new End(Map.of(), Map.of(), Map.of(), Map.of(), List.of());

    public End {
        catalogs = Map.copyOf(catalogs);
        running = Map.copyOf(running);
        placements = Map.copyOf(placements);
        asked = Map.copyOf(asked);
        leftovers = List.copyOf(leftovers);
    }
}
