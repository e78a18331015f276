package io.dataprism.core.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is kept of one other node: the key that it had first, and some of its heads, close together towards now and further apart towards
 * then, so that a log that was cut and has grown again since is found too.
 *
 * @param key the key that the node had when it was first seen
 * @param seen when the node last told anything new
 * @param heads the oldest first
 */
record KeptHeads(String key, Instant seen, List<Kept> heads) {

    static final int LIMIT = 16;

    /** A head, and when it came. */
    record Kept(AuditHead head, Instant time) {}

    KeptHeads {
        heads = List.copyOf(heads);
    }

    /** With one more; itself where that is no newer, or signed by another key: then what is kept shows it. */
    KeptHeads with(AuditHead head, Instant now) {
        if (!head.key().equals(key) || head.sequence() <= heads.getLast().head().sequence()) {
            return this;
        }
        List<Kept> more = new ArrayList<>(heads);
        more.add(new Kept(head, now));
        if (more.size() > LIMIT) {
            more.remove(leastMissed(more, now));
        }
        return new KeptHeads(key, now, more);
    }

    /** Neither the oldest nor the newest: the one whose neighbours are closest together, for their age. */
    private static int leastMissed(List<Kept> heads, Instant now) {
        int found = 1;
        double least = Double.MAX_VALUE;
        for (int i = 1; i < heads.size() - 1; i++) {
            double gap = millis(heads.get(i - 1).time(), heads.get(i + 1).time())
                    / (1 + millis(heads.get(i).time(), now));
            if (gap < least) {
                least = gap;
                found = i;
            }
        }
        return found;
    }

    private static double millis(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis());
    }
}
