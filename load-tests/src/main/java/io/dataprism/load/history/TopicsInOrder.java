package io.dataprism.load.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Within a topic the sequence rises in an epoch, no epoch comes back, and what one publisher published comes in its order; but for what it
 * was not acknowledged, and went on without: that may still be on its way.
 */
record TopicsInOrder() implements Invariant {

    @Override
    public String promise() {
        return "each topic keeps its order";
    }

    @Override
    public List<String> violations(History history) {
        List<String> violations = new ArrayList<>();
        Set<String> acknowledged = history.publications().stream()
                .filter(Publication::acknowledged)
                .map(each -> each.publisher() + " " + each.number())
                .collect(Collectors.toSet());
        history.followed().forEach((follower, items) -> {
            Map<String, Topic> topics = new HashMap<>();
            for (Item item : items) {
                if (item instanceof Item.Event event) {
                    Topic topic = topics.computeIfAbsent(event.topic(), each -> new Topic());
                    String before = topic.text(event.publisher());
                    if (!topic.takes(event, acknowledged.contains(event.publisher() + " " + event.number()))) {
                        violations.add(follower + " was told out of order " + event + ", after " + before);
                    }
                }
            }
        });
        return violations;
    }

    /** What was told of a topic so far. */
    private static final class Topic {

        private final Set<String> epochs = new HashSet<>();
        private final Map<Integer, Long> numbers = new HashMap<>();
        private String epoch = "";
        private String sequence = "";

        String text(int publisher) {
            return numbers.get(publisher) + " of it, epoch " + epoch + ", sequence " + sequence + ", epochs " + epochs;
        }

        boolean takes(Item.Event event, boolean acknowledged) {
            boolean same = event.epoch().equals(epoch);
            boolean isNext = same ? event.sequence().compareTo(sequence) > 0 : epochs.add(event.epoch());
            epoch = event.epoch();
            sequence = event.sequence();
            Long before = numbers.get(event.publisher());
            boolean rises = before == null || before < event.number();
            if (rises) {
                numbers.put(event.publisher(), event.number());
            }
            return isNext && (rises || !acknowledged);
        }
    }
}
