package io.dataprism.host;

import io.dataprism.plugin.Event;
import java.util.concurrent.Executor;
import reactor.core.publisher.Flux;

/** How a plugin's subscription becomes events: the door to the node's event feed. */
public interface PluginSubscriptions {

    /**
     * Follows a pattern from now on. The event feed has admitted the plugin to it already, at {@link
     * io.dataprism.bus.Addresses#EVENTS_SUBSCRIBE}.
     *
     * @param pattern as the plugin wrote it, known to be valid
     * @param context of the plugin's verticle
     * @return one subscriber; demand is room; cancelled when the plugin cancels or ends
     */
    Flux<Event> subscribe(String pattern, Executor context);
}
