package io.dataprism.event;

import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.TopicPattern;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Those of one event loop who follow the same topics in the same form and keep up. On that loop alone. */
final class FrameGroup {

    private static final FeedSubscription[] NOBODY = {};

    /** What its members have in common. */
    record Key(List<String> patterns, FrameForm form) {

        static Key of(List<TopicPattern> patterns, FrameForm form) {
            return new Key(
                    patterns.stream()
                            .map(TopicPattern::text)
                            .distinct()
                            .sorted()
                            .toList(),
                    form);
        }
    }

    private final Key key;
    private final List<TopicPattern> patterns;
    private final Set<FeedSubscription> members = new LinkedHashSet<>();
    private FeedSubscription[] listed = NOBODY;
    private boolean changed;
    private List<StoredEvent> turn = new ArrayList<>();

    FrameGroup(Key key, List<TopicPattern> patterns) {
        this.key = key;
        this.patterns = patterns;
    }

    Key key() {
        return key;
    }

    List<TopicPattern> patterns() {
        return patterns;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    void add(FeedSubscription member) {
        members.add(member);
        changed = true;
    }

    void remove(FeedSubscription member) {
        members.remove(member);
        changed = true;
    }

    /** Its members now; the array does not change when they do. */
    FeedSubscription[] members() {
        if (changed) {
            listed = members.toArray(NOBODY);
            changed = false;
        }
        return listed;
    }

    /** An event of this turn is for it; whether it is the first. */
    boolean offer(StoredEvent event) {
        turn.add(event);
        return turn.size() == 1;
    }

    /** The events of the turn, which begins anew. */
    List<StoredEvent> takeTurn() {
        List<StoredEvent> taken = turn;
        turn = new ArrayList<>();
        return taken;
    }

    /** The frames of some events. The caller releases them. */
    ByteBuf frames(ByteBufAllocator allocator, List<StoredEvent> events) {
        int bytes = 0;
        for (StoredEvent event : events) {
            bytes += key.form().estimatedBytes(event);
        }
        ByteBuf frames = allocator.directBuffer(bytes);
        try {
            for (StoredEvent event : events) {
                key.form().append(frames, event);
            }
            return frames;
        } catch (RuntimeException | Error failure) {
            frames.release();
            throw failure;
        }
    }
}
