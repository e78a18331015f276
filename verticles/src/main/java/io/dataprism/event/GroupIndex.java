package io.dataprism.event;

import io.dataprism.core.event.Topic;
import io.dataprism.core.event.TopicPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which groups an event is for. Topics that are named in full are found by name; patterns are tried once for each topic, and the
 * answer is kept until the groups change. On one event loop.
 */
final class GroupIndex {

    /** So many topics' answers are kept; then it begins anew. */
    private static final int ANSWERS_LIMIT = 4096;

    private final Map<FrameGroup.Key, FrameGroup> groups = new HashMap<>();
    private final Map<String, Set<FrameGroup>> byTopic = new HashMap<>();
    private final Set<FrameGroup> byPattern = new LinkedHashSet<>();
    private final Map<String, FrameGroup[]> answers = new HashMap<>();

    /** The group of that key, made where there is none. */
    FrameGroup join(FrameGroup.Key key, List<TopicPattern> patterns) {
        FrameGroup group = groups.get(key);
        if (group == null) {
            group = new FrameGroup(key, patterns);
            groups.put(key, group);
            file(group);
        }
        return group;
    }

    private void file(FrameGroup group) {
        for (TopicPattern pattern : group.patterns()) {
            if (pattern.isTopic()) {
                byTopic.computeIfAbsent(pattern.text(), topic -> new LinkedHashSet<>())
                        .add(group);
                answers.remove(pattern.text());
            } else if (byPattern.add(group)) {
                answers.clear();
            }
        }
    }

    /** A group that has no members any more. */
    void remove(FrameGroup group) {
        groups.remove(group.key());
        for (TopicPattern pattern : group.patterns()) {
            if (pattern.isTopic()) {
                Set<FrameGroup> named = byTopic.get(pattern.text());
                if (named != null && named.remove(group) && named.isEmpty()) {
                    byTopic.remove(pattern.text());
                }
                answers.remove(pattern.text());
            } else if (byPattern.remove(group)) {
                answers.clear();
            }
        }
    }

    /** Each group that follows the topic, once. */
    FrameGroup[] of(Topic topic) {
        FrameGroup[] known = answers.get(topic.name());
        if (known == null) {
            known = find(topic);
            if (answers.size() >= ANSWERS_LIMIT) {
                answers.clear();
            }
            answers.put(topic.name(), known);
        }
        return known;
    }

    private FrameGroup[] find(Topic topic) {
        Set<FrameGroup> found = new LinkedHashSet<>(byTopic.getOrDefault(topic.name(), Set.of()));
        for (FrameGroup group : byPattern) {
            if (group.patterns().stream().anyMatch(pattern -> pattern.matches(topic))) {
                found.add(group);
            }
        }
        return found.toArray(FrameGroup[]::new);
    }

    /** All of them; to be copied by who changes them. */
    List<FrameGroup> all() {
        return new ArrayList<>(groups.values());
    }
}
