package io.dataprism.event;

import io.dataprism.core.event.Gap;
import io.dataprism.core.event.StoredEvent;

/** Where the events of one subscription go. Called on the context that subscribed, never two calls at once. */
public interface EventSink {

    /** What a subscriber that fell out of the log reads next. */
    enum Overflow {
        /** From the oldest event that is kept. */
        OLDEST_KEPT,
        /** From the next event that is appended. */
        NEWEST
    }

    /** Whether there is room for one more event. Once it was false, call {@link FeedSubscription#resume()} when it is true. */
    boolean isReady();

    /** The next event. Its bytes are shared and must not be changed. */
    void onEvent(StoredEvent event);

    /** A range that is lost; what comes next lies behind it. */
    void onGap(Gap gap);

    /** There is no room, and the log has been trimmed beyond the cursor meanwhile. Called at every wake until there is room. */
    default void onOverrun(String cursor) {}

    /** Where to go on after the log was trimmed beyond the cursor. */
    default Overflow overflow() {
        return Overflow.OLDEST_KEPT;
    }
}
