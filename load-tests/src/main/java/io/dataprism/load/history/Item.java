package io.dataprism.load.history;

/** Something that a follower was told, in the order of its telling. */
public sealed interface Item {

    long atMillis();

    /**
     * An event.
     *
     * @param publisher who published it, and its number there
     * @param epoch of its topic, with the sequence within
     */
    record Event(long atMillis, int publisher, long number, String topic, String epoch, String sequence)
            implements Item {}

    /** That something was lost. */
    record Gap(long atMillis, String reason, String from, String to) implements Item {}

    /** It went on with its cursor at another gateway, or the same again. */
    record Moved(long atMillis, String gateway, String why) implements Item {}
}
