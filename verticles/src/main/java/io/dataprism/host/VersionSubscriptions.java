package io.dataprism.host;

import io.dataprism.host.PluginSubscriptions.Followed;
import io.dataprism.plugin.Event;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * What one version of a plugin follows. A version that is made ready beside another hears nothing before it takes over. At that
 * moment the old version's subscriptions fall silent, and each of the new one's goes on where the old version's of the same
 * pattern was, or, where there is none, begins: no event is missed, none is seen by both, and none is older than what the version
 * took over. Fields belong to the verticle's context; {@link #place} may be called on any thread.
 */
final class VersionSubscriptions {

    private final PluginSubscriptions feed;
    private final Executor onContext;
    private final List<Place> places = new ArrayList<>();
    private boolean held;
    /** Read where a subscription ends, which may be any thread. */
    private volatile boolean handedOver;

    VersionSubscriptions(PluginSubscriptions feed, Context context) {
        this.feed = feed;
        this.onContext = task -> context.runOnContext(go -> task.run());
    }

    /** From now on subscriptions wait for {@link #takeOver}. Before there are any. */
    void hold() {
        held = true;
    }

    /** Where a subscription that the plugin asks for now begins, however long it takes to admit it. */
    Place place(String pattern) {
        Place place = new Place(pattern);
        onContext.execute(() -> add(place));
        return place;
    }

    /** Goes on where another version was, which hears nothing any more. On the context. */
    void takeOver(VersionSubscriptions old) {
        held = false;
        Map<String, Deque<String>> cursors = old.handOver();
        String now = feed.now();
        for (Place place : places) {
            Deque<String> left = cursors.get(place.pattern);
            String cursor = left == null ? null : left.poll();
            place.beginBehind(cursor == null ? now : cursor);
        }
    }

    private Map<String, Deque<String>> handOver() {
        handedOver = true;
        Map<String, Deque<String>> cursors = new HashMap<>();
        for (Place place : places) {
            String cursor = place.cursor();
            if (cursor != null) {
                cursors.computeIfAbsent(place.pattern, pattern -> new ArrayDeque<>())
                        .add(cursor);
            }
            place.silence.tryEmitEmpty();
        }
        return cursors;
    }

    private void add(Place place) {
        if (handedOver) {
            place.silence.tryEmitEmpty();
            return;
        }
        places.add(place);
        if (!held) {
            place.beginBehind(feed.now());
        }
    }

    /** One subscription. */
    final class Place {

        private final String pattern;
        private final Sinks.One<String> begin = Sinks.one();
        private final Sinks.Empty<Void> silence = Sinks.empty();
        private @Nullable String began;
        private @Nullable Followed followed;

        private Place(String pattern) {
            this.pattern = pattern;
        }

        /** Its events, for a plugin that was admitted to the pattern. One subscriber; demand is room; never completes. */
        Flux<Event> events() {
            return begin.asMono()
                    .flatMapMany(this::follow)
                    .takeUntilOther(silence.asMono())
                    .concatWith(Flux.defer(() -> handedOver ? Flux.never() : Flux.empty()));
        }

        /** Nobody follows it any more. Any thread. */
        void giveUp() {
            onContext.execute(() -> places.remove(this));
        }

        private void beginBehind(String cursor) {
            began = cursor;
            begin.tryEmitValue(cursor);
        }

        private Flux<Event> follow(String after) {
            Followed made = feed.follow(pattern, onContext, after);
            followed = made;
            return made.events();
        }

        private @Nullable String cursor() {
            String reached = followed == null ? null : followed.cursor();
            return reached == null ? began : reached;
        }
    }
}
