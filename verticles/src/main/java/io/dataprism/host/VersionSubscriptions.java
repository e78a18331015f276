package io.dataprism.host;

import io.dataprism.host.PluginSubscriptions.Followed;
import io.dataprism.plugin.Event;
import io.vertx.core.Context;
import io.vertx.core.Future;
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
 * What one version of a plugin follows. A version that is made ready beside another hears nothing before it takes over; then
 * each of its subscriptions goes on where the old version's of the same pattern was, so that no event is missed and none is seen
 * by both. What the old version follows falls silent at that moment. Fields belong to the verticle's context; {@link #follow} may
 * be called on any thread.
 */
final class VersionSubscriptions {

    private final PluginSubscriptions feed;
    private final Context context;
    private final Executor onContext;
    private final List<Entry> entries = new ArrayList<>();
    private boolean held;
    /** Read where a subscription ends, which may be any thread. */
    private volatile boolean handedOver;

    VersionSubscriptions(PluginSubscriptions feed, Context context) {
        this.feed = feed;
        this.context = context;
        this.onContext = task -> context.runOnContext(go -> task.run());
    }

    /** From now on subscriptions wait for {@link #takeOver}. Before there are any. */
    void hold() {
        held = true;
    }

    /** Events of a pattern that the plugin was admitted to. Demand is room; never completes. */
    Flux<Event> follow(String pattern) {
        return Contexts.<Flux<Event>>mono(context, () -> Future.succeededFuture(open(pattern)))
                .flatMapMany(events -> events);
    }

    /** Goes on where another version was, which hears nothing any more. On the context. */
    void takeOver(VersionSubscriptions old) {
        held = false;
        Map<String, Deque<String>> cursors = old.handOver();
        for (Entry entry : List.copyOf(entries)) {
            Deque<String> left = cursors.get(entry.pattern);
            String cursor = left == null ? null : left.poll();
            entry.begin.tryEmitValue(cursor == null ? entry.since : cursor);
        }
    }

    private Map<String, Deque<String>> handOver() {
        handedOver = true;
        Map<String, Deque<String>> cursors = new HashMap<>();
        for (Entry entry : List.copyOf(entries)) {
            cursors.computeIfAbsent(entry.pattern, pattern -> new ArrayDeque<>())
                    .add(entry.cursor());
            entry.silence.tryEmitEmpty();
        }
        return cursors;
    }

    private Flux<Event> open(String pattern) {
        if (handedOver) {
            return Flux.never();
        }
        Entry entry = new Entry(pattern, feed.now());
        entries.add(entry);
        if (!held) {
            entry.begin.tryEmitValue(entry.since);
        }
        return entry.begin
                .asMono()
                .flatMapMany(entry::follow)
                .takeUntilOther(entry.silence.asMono())
                .concatWith(Flux.defer(() -> handedOver ? Flux.never() : Flux.empty()))
                .doFinally(ended -> onContext.execute(() -> entries.remove(entry)));
    }

    /** One subscription. */
    private final class Entry {

        private final String pattern;
        private final String since;
        private final Sinks.One<String> begin = Sinks.one();
        private final Sinks.Empty<Void> silence = Sinks.empty();
        private @Nullable Followed followed;

        Entry(String pattern, String since) {
            this.pattern = pattern;
            this.since = since;
        }

        private Flux<Event> follow(String after) {
            Followed made = feed.follow(pattern, onContext, after);
            followed = made;
            return made.events();
        }

        private String cursor() {
            String reached = followed == null ? null : followed.cursor();
            return reached == null ? since : reached;
        }
    }
}
