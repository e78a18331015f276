package io.dataprism.core.catalog;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the versions of one plugin follow each other, and where they run. Immutable.
 *
 * @param pinned whether an operator has chosen a version that is not the newest: then newer ones wait to be chosen
 * @param target the version that takes over as soon as what it asks for is granted; null: none waits
 * @param lastGood the version that ran before the current one took over; null: none did
 * @param replicas how many instances there are to be; {@link #EVERYWHERE}: one on every node
 * @param labels what a node must be labelled with to run it
 */
public record Rollout(
        boolean pinned, @Nullable String target, @Nullable String lastGood, int replicas, Map<String, String> labels) {

    /** An instance on every node. */
    public static final int EVERYWHERE = 0;

    /** Of a plugin that was not known: its newest version, once. */
    public static final Rollout NEWEST_ONCE = new Rollout(false, null, null, 1, Map.of());

    public Rollout {
        labels = Map.copyOf(new TreeMap<>(labels));
    }

    Rollout withTarget(@Nullable String waiting) {
        return new Rollout(pinned, waiting, lastGood, replicas, labels);
    }

    Rollout chosen(boolean nowPinned, @Nullable String before) {
        return new Rollout(nowPinned, null, before, replicas, labels);
    }

    Rollout placed(int instances, Map<String, String> onLabels) {
        return new Rollout(pinned, target, lastGood, instances, onLabels);
    }
}
