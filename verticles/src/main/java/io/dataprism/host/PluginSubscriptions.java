package io.dataprism.host;

import io.dataprism.plugin.Event;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** How a plugin's subscription becomes events: the door to the node's event feed. */
public interface PluginSubscriptions {

    /**
     * Follows a pattern. The event feed has admitted the plugin to it already, at {@link
     * io.dataprism.bus.Addresses#EVENTS_SUBSCRIBE}.
     *
     * @param pattern as the plugin wrote it, known to be valid
     * @param context of the plugin's verticle
     * @param after the cursor behind which it begins; null: the newest event
     */
    Followed follow(String pattern, Executor context, @Nullable String after);

    /** The cursor of the newest event: who begins behind it misses nothing from now on. Any thread. */
    String now();

    /** A subscription. */
    interface Followed {

        /** One subscriber; demand is room; never completes; cancel ends it. */
        Flux<Event> events();

        /** Behind what was delivered last; null before there is a subscriber. On the context alone. */
        @Nullable
        String cursor();
    }
}
