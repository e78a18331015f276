package io.dataprism.event;

import io.dataprism.core.event.Gap;
import io.dataprism.core.event.StoredEvent;

/** Where the events of one subscription go. Called on the context that subscribed, never two calls at once. */
public interface EventSink {

    /** What a subscriber that has not kept up reads next. */
    enum Overflow {
        /** All that is kept. */
        OLDEST_KEPT,
        /** Of what it has not seen yet, the newest event of each topic; it is told of each range that is left out. */
        NEWEST_OF_EACH_TOPIC
    }

    /** Whether there is room for one more event. Once it was false, call {@link FeedSubscription#resume()} when it is true. */
    boolean isReady();

    /** The next event. Its bytes are shared and must not be changed. */
    void onEvent(StoredEvent event);

    /** A range that is lost; what comes next lies behind it. */
    void onGap(Gap gap);

    /** Nothing more comes in this turn: what was held back to be sent together goes now. */
    default void onTurnEnd() {}

    /** There is no room, and the log has been trimmed beyond the cursor meanwhile. Called at every wake until there is room. */
    default void onOverrun(String cursor) {}

    /** What it wants to read after it had no room. */
    default Overflow overflow() {
        return Overflow.OLDEST_KEPT;
    }
}
