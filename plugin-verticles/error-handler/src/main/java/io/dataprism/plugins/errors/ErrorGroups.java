package io.dataprism.plugins.errors;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Errors that are alike, counted: at most 500 groups, of which the one that was quiet for longest makes room. Any thread. */
final class ErrorGroups {

    static final int MOST_GROUPS = 500;
    private static final int EXAMPLES = 5;

    /** In the order of the last error: the first was quiet for longest. */
    private final Map<String, Group> groups = new LinkedHashMap<>(16, 0.75f, true);

    private long forgotten;

    /** Counts an error. */
    synchronized void add(ErrorReport report) {
        String fingerprint = Fingerprint.of(report);
        Group group = groups.get(fingerprint);
        if (group == null) {
            if (groups.size() == MOST_GROUPS) {
                groups.remove(groups.keySet().iterator().next());
                forgotten++;
            }
            group = new Group(fingerprint, report);
            groups.put(fingerprint, group);
        }
        group.add(report);
    }

    /** The most frequent first. */
    synchronized List<Map<String, @Nullable Object>> list(int limit) {
        return List.copyOf(groups.values()).stream()
                .sorted(Comparator.comparingLong((Group group) -> group.count).reversed())
                .limit(limit)
                .map(Group::toJson)
                .toList();
    }

    /** How many groups made room for others. */
    synchronized long forgotten() {
        return forgotten;
    }

    /** Forgets all; answers how many there were. */
    synchronized int clear() {
        int count = groups.size();
        groups.clear();
        forgotten = 0;
        return count;
    }

    private static final class Group {

        private final String fingerprint;
        private final ErrorReport first;
        private final Deque<ErrorReport> examples = new ArrayDeque<>();
        private long count;

        Group(String fingerprint, ErrorReport first) {
            this.fingerprint = fingerprint;
            this.first = first;
        }

        void add(ErrorReport report) {
            count++;
            examples.addFirst(report);
            if (examples.size() > EXAMPLES) {
                examples.removeLast();
            }
        }

        Map<String, @Nullable Object> toJson() {
            Instant last = examples.getFirst().time();
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("fingerprint", fingerprint);
            json.put("topic", first.topic());
            json.put("source", first.source());
            json.put("code", first.code());
            json.put("message", Fingerprint.pattern(first.message()));
            json.put("count", count);
            json.put("firstSeen", first.time().toString());
            json.put("lastSeen", last.toString());
            json.put(
                    "examples",
                    examples.stream()
                            .map(each -> Map.of("time", each.time().toString(), "data", each.text()))
                            .toList());
            return json;
        }
    }
}
