package io.dataprism.host;

import io.dataprism.plugin.Event;
import java.util.concurrent.Executor;
import reactor.core.publisher.Flux;

/** How a plugin's subscription becomes events: the door to the node's event feed. */
public interface PluginSubscriptions {

    /**
     * Follows a pattern from now on.
     *
     * @param topicScope what the interceptors allow: an array of arrays of topic patterns, one for each link of the chain, as
     *     JSON; a pattern that every link does not cover is refused with {@code PERMISSION_DENIED}
     * @param pattern as the plugin wrote it; not valid: {@code REQUEST_INVALID}
     * @param context of the plugin's verticle
     * @return one subscriber; demand is room; cancelled when the plugin cancels or ends
     */
    Flux<Event> subscribe(String topicScope, String pattern, Executor context);
}
