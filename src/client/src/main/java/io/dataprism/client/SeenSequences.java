package io.dataprism.client;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far each topic has come, so that what a node sends again is not delivered again. Of the topics that were seen last;
 * for others the cursor alone holds. On the loop.
 */
final class SeenSequences {

    static final int TOPICS_LIMIT = 4096;

    private record Place(String epoch, String sequence) {}

    private final Map<String, Place> places = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Place> eldest) {
            return size() > TOPICS_LIMIT;
        }
    };

    /** Whether it is behind all that was seen of its topic in its epoch; then it has been seen. */
    boolean isNew(Event event) {
        Place place = new Place(event.epoch(), event.sequence());
        Place last = places.get(event.topic());
        boolean isNew = last == null
                || !last.epoch().equals(place.epoch())
                || last.sequence().compareTo(place.sequence()) < 0;
        if (isNew) {
            places.put(event.topic(), place);
        }
        return isNew;
    }
}
