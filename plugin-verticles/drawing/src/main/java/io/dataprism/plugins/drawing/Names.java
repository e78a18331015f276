package io.dataprism.plugins.drawing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Numbers names in the order in which they come, keeps the first ones, and counts the others up to a bound. One thread at a time. */
public final class Names {

    /** Others than the kept ones are told apart up to here. */
    private static final int MAX_OTHERS = 10_000;

    private final int most;
    private final Map<String, Integer> kept = new HashMap<>();
    private final List<String> inOrder = new ArrayList<>();
    private final Set<Integer> others = new HashSet<>();

    /** @param most that are kept */
    public Names(int most) {
        this.most = most;
    }

    /** The number of a name, from 0; -1 where it is not one of the kept ones. */
    public int indexOf(String name) {
        Integer known = kept.get(name);
        if (known != null) {
            return known;
        }
        if (kept.size() < most) {
            kept.put(name, inOrder.size());
            inOrder.add(name);
            return inOrder.size() - 1;
        }
        if (others.size() <= MAX_OTHERS) {
            others.add(name.hashCode());
        }
        return -1;
    }

    /** The kept ones, in order. */
    public List<String> kept() {
        return List.copyOf(inOrder);
    }

    /** Whether there were others. */
    public boolean isCut() {
        return !others.isEmpty();
    }

    /** How many there were in all, such as {@code more than 10010}. */
    public String countInWords() {
        int count = inOrder.size() + Math.min(others.size(), MAX_OTHERS);
        return others.size() > MAX_OTHERS ? "more than " + count : String.valueOf(count);
    }
}
