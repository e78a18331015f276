package io.dataprism.host;

import io.dataprism.core.event.Start;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.event.EventFeed;
import io.dataprism.event.EventFlux;
import io.dataprism.plugin.Event;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Subscriptions of plugins to this node's event feed. Any thread. */
public record FeedSubscriptions(EventFeed feed) implements PluginSubscriptions {

    @Override
    public Followed follow(String pattern, Executor context, @Nullable String after) {
        Start start = after == null ? new Start.Latest() : new Start.After(after);
        return new OnFeed(EventFlux.of(feed, context, List.of(TopicPattern.parse(pattern)), start));
    }

    @Override
    public String now() {
        return feed.log().place(new Start.Latest()).cursor();
    }

    private record OnFeed(EventFlux flux) implements Followed {

        @Override
        public Flux<Event> events() {
            return flux.events();
        }

        @Override
        public @Nullable String cursor() {
            return flux.cursor();
        }
    }
}
