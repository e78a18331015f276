package io.dataprism.core.placement;

import io.dataprism.core.catalog.Rollout;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rendezvous hashing: each node has a weight for each plugin, and the heaviest run it. A node that comes or goes moves what it gains or
 * loses and nothing else. Instances of one plugin are on nodes of their own, and in as many zones as there are before two share one.
 */
public final class Placement {

    private static final Comparator<Ranked> HEAVIEST_FIRST =
            Comparator.<Ranked>comparingLong(each -> each.weight).reversed().thenComparing(each -> each.node.id());

    private Placement() {}

    /**
     * Where a plugin is to run.
     *
     * @param rollout how often, and on nodes with which labels
     * @param nodes those that take plugins, in any order
     * @return their ids, the first choice first: fewer than asked for where there are not so many
     */
    public static List<String> of(String plugin, Rollout rollout, Collection<PlaceableNode> nodes) {
        List<Ranked> ranked = nodes.stream()
                .filter(node -> node.has(rollout.labels()))
                .map(node -> new Ranked(node, weight(plugin, node.id())))
                .sorted(HEAVIEST_FIRST)
                .toList();
        Map<String, Integer> ofFate = new HashMap<>();
        ranked.forEach(each -> each.round = ofFate.merge(each.node.fate(), 1, Integer::sum));
        return ranked.stream()
                .sorted(Comparator.<Ranked>comparingInt(each -> each.round).thenComparing(HEAVIEST_FIRST))
                .limit(rollout.replicas() == Rollout.EVERYWHERE ? Long.MAX_VALUE : rollout.replicas())
                .map(each -> each.node.id())
                .toList();
    }

    /** How many instances are asked for that have no node. */
    public static int missing(Rollout rollout, List<String> placed) {
        return rollout.replicas() == Rollout.EVERYWHERE ? 0 : Math.max(0, rollout.replicas() - placed.size());
    }

    /** Spread evenly over all values, whatever names have in common. */
    private static long weight(String plugin, String node) {
        return mixed(hash(plugin) ^ mixed(hash(node)));
    }

    /** FNV-1a. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int index = 0; index < text.length(); index++) {
            hash = (hash ^ text.charAt(index)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The finalizer of SplitMix64. */
    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** A node in the order of one plugin. */
    private static final class Ranked {

        private final PlaceableNode node;
        private final long weight;
        /** Which of its zone's it is, from 1. */
        private int round;

        Ranked(PlaceableNode node, long weight) {
            this.node = node;
            this.weight = weight;
        }
    }
}
