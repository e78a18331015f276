package io.dataprism.event;

import io.dataprism.core.event.Gap;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.plugin.Event;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * A subscription as a {@link Flux}, for plugins: demand is room, cancel ends it, it never completes. Events that a slow
 * plugin lost are skipped and logged, since a plugin has no signal for a gap.
 */
public final class EventFlux {

    private static final Logger LOG = LoggerFactory.getLogger(EventFlux.class);

    private final EventFeed feed;
    private final Executor context;
    private final List<TopicPattern> patterns;
    private final Start start;
    private @Nullable FeedSubscription subscription;

    private EventFlux(EventFeed feed, Executor context, List<TopicPattern> patterns, Start start) {
        this.feed = feed;
        this.context = context;
        this.patterns = patterns;
        this.start = start;
    }

    /**
     * Follows topics. Permissions have been checked by the caller.
     *
     * @param context an executor of a Vert.x context, such as {@code task -> context.runOnContext(ignored -> task.run())}:
     *     signals come there
     */
    public static EventFlux of(EventFeed feed, Executor context, List<TopicPattern> patterns, Start start) {
        return new EventFlux(feed, context, patterns, start);
    }

    /** The events; one subscriber. */
    public Flux<Event> events() {
        return Flux.create(
                sink -> context.execute(() -> {
                    try {
                        connect(sink);
                    } catch (RuntimeException failure) {
                        sink.error(failure);
                    }
                }),
                FluxSink.OverflowStrategy.ERROR);
    }

    /** Behind what was delivered last; null before there is a subscriber. On the context alone. */
    public @Nullable String cursor() {
        return subscription == null ? null : subscription.cursor();
    }

    private void connect(FluxSink<Event> sink) {
        FeedSubscription made = feed.subscribe(patterns, start, new ToFlux(sink));
        subscription = made;
        sink.onDispose(() -> context.execute(made::close));
        sink.onRequest(more -> context.execute(made::resume));
    }

    private record ToFlux(FluxSink<Event> sink) implements EventSink {

        @Override
        public boolean isReady() {
            return sink.requestedFromDownstream() > 0;
        }

        @Override
        public void onEvent(StoredEvent event) {
            sink.next(toEvent(event));
        }

        @Override
        public void onGap(Gap gap) {
            LOG.warn("A plugin's subscription lost events from {} to {}: {}", gap.from(), gap.to(), gap.reason());
        }
    }

    /** An event as plugins see it, with data as maps, lists and scalars. */
    public static Event toEvent(StoredEvent event) {
        byte[] data = Arrays.copyOfRange(event.json(), event.dataOffset(), event.dataOffset() + event.dataLength());
        Object value = Json.decodeValue(Buffer.buffer(data));
        Object plain = switch (value) {
            case JsonObject object -> object.getMap();
            case JsonArray array -> array.getList();
            case null, default -> value;
        };
        return new Event(event.topic().name(), event.source(), event.time(), plain, event.cursor());
    }
}
