package io.dataprism.load.fan;

/**
 * What one subscriber has had: of each publisher and topic the number that must come next. Publishers send one at a time, so each one's
 * events come in the order of their numbers.
 */
final class Tally {

    private final int firstTopic;
    private final int topics;
    private final int[] next;
    private long lost;
    private long doubled;

    /**
     * Begins where others are.
     *
     * @param topics how many from the first one on are followed
     * @param published how many there were before, by publisher and topic
     */
    Tally(int firstTopic, int topics, int[][] published) {
        this.firstTopic = firstTopic;
        this.topics = topics;
        this.next = new int[topics * published.length];
        for (int publisher = 0; publisher < published.length; publisher++) {
            System.arraycopy(published[publisher], firstTopic, next, publisher * topics, topics);
        }
    }

    void add(int publisher, int topic, int number) {
        int place = publisher * topics + topic - firstTopic;
        int expected = next[place];
        if (number >= expected) {
            lost += number - expected;
            next[place] = number + 1;
        } else {
            doubled++;
        }
    }

    /** Those that were left out before one that came, and those that never came. @param published by publisher and topic */
    long lost(int[][] published) {
        long missing = lost;
        for (int publisher = 0; publisher < published.length; publisher++) {
            for (int topic = 0; topic < topics; topic++) {
                missing += published[publisher][firstTopic + topic] - next[publisher * topics + topic];
            }
        }
        return missing;
    }

    /** Those that came again, or behind a later one. */
    long doubled() {
        return doubled;
    }

    boolean follows(int topic) {
        return topic >= firstTopic && topic < firstTopic + topics;
    }
}
