package io.dataprism.load.history;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What must hold when everything has settled. Has no state. */
final class Ends {

    private Ends() {}

    /** All nodes know the same. */
    record CatalogsAreEqual() implements Invariant {
        @Override
        public String promise() {
            return "the catalog is the same on all nodes";
        }

        @Override
        public List<String> violations(History history) {
            return differences("the catalog's", history.end().catalogs());
        }
    }

    /** What an operator was told to be taken is there, unless something later is. */
    record ChangesAreKept() implements Invariant {
        @Override
        public String promise() {
            return "acknowledged changes are kept";
        }

        @Override
        public List<String> violations(History history) {
            Map<String, List<String>> legal = new LinkedHashMap<>();
            for (Change change : history.changes()) {
                List<String> values = legal.computeIfAbsent(change.key(), key -> new ArrayList<>());
                if (change.acknowledged()) {
                    values.clear();
                }
                values.add(change.value());
            }
            List<String> violations = new ArrayList<>();
            history.end()
                    .catalogs()
                    .forEach((node, catalog) -> legal.forEach((key, values) -> {
                        boolean isKnown = history.changes().stream()
                                .anyMatch(change ->
                                        change.acknowledged() && change.key().equals(key));
                        String value = catalog.getOrDefault(key, "nothing");
                        if (isKnown && !values.contains(value)) {
                            violations.add(node + " has for " + key + " " + value + ", not one of " + values);
                        }
                    }));
            return violations;
        }
    }

    /** As many processes of a plugin as are asked for, on all nodes together. */
    record ReplicasAsAsked() implements Invariant {
        @Override
        public String promise() {
            return "each plugin runs as often as asked for, and no replica runs twice";
        }

        @Override
        public List<String> violations(History history) {
            Map<String, Integer> found = new TreeMap<>();
            history.end()
                    .running()
                    .values()
                    .forEach(node -> node.forEach((plugin, count) -> found.merge(plugin, count, Integer::sum)));
            List<String> violations = new ArrayList<>();
            history.end().asked().forEach((plugin, count) -> {
                int running = found.getOrDefault(plugin, 0);
                if (running != count) {
                    violations.add(plugin + " has " + running + " processes, not " + count + ": "
                            + history.end().running());
                }
            });
            return violations;
        }
    }

    /** All nodes say the same of where plugins run; a replica is at one node, and a node has one of them. */
    record PlacementsAreEqual() implements Invariant {
        @Override
        public String promise() {
            return "all nodes say the same of where each replica runs, and none runs on two nodes";
        }

        @Override
        public List<String> violations(History history) {
            Map<String, Map<String, String>> told = new TreeMap<>();
            List<String> violations = new ArrayList<>();
            history.end().placements().forEach((node, placement) -> {
                Map<String, String> lines = new TreeMap<>();
                placement.forEach((plugin, places) -> {
                    lines.put(plugin, new TreeSet<>(places).toString());
                    if (hasTwice(places, 0) || hasTwice(places, 1)) {
                        violations.add(node + " says of " + plugin + ": " + places);
                    }
                });
                told.put(node, lines);
            });
            violations.addAll(differences("the placement's", told));
            return violations;
        }

        private static boolean hasTwice(List<String> places, int part) {
            return places.stream()
                            .map(place -> place.split(" at ")[part])
                            .distinct()
                            .count()
                    < places.size();
        }
    }

    /** What has ended leaves nothing. */
    record NothingIsLeft() implements Invariant {
        @Override
        public String promise() {
            return "nothing is left of what has ended";
        }

        @Override
        public List<String> violations(History history) {
            return history.end().leftovers();
        }
    }

    private static List<String> differences(String whose, Map<String, Map<String, String>> byNode) {
        Set<String> keys = new TreeSet<>();
        byNode.values().forEach(each -> keys.addAll(each.keySet()));
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            Map<String, String> values = new TreeMap<>();
            byNode.forEach((node, each) -> values.put(node, each.getOrDefault(key, "nothing")));
            if (new HashSet<>(values.values()).size() > 1) {
                differences.add(whose + " " + key + " differs: " + values);
            }
        }
        return differences;
    }
}
