/**
 * The event feed of a node.
 *
 * <p>{@link io.dataprism.event.EventFeedVerticle} takes what is published on the bus, checks the topic and appends it to the
 * {@link io.dataprism.core.event.EventLog}. {@link io.dataprism.event.EventFeed} wakes this node's subscribers.
 * {@link io.dataprism.event.BusEventService} is how plugins and the rest of the host publish, {@link
 * io.dataprism.event.LocalEventService} how users do through this node's gateway: past the bus, with the same guard and rules.
 *
 * <p>A subscriber is a cursor with a {@link io.dataprism.event.EventSink}, never a queue: when its sink has room it is given
 * what lies behind its cursor, in the order of appending; when it has none it lags, and if the log is trimmed beyond it, it is
 * told the range that it lost. The publisher is never slowed by a subscriber. Everything about one subscriber happens on the
 * context that subscribed; nothing blocks.
 *
 * <p>Who has caught up and takes frames ({@link io.dataprism.event.FrameSink}) follows the tail of its event loop: the log is read once
 * for all of them, the frames are made once for each group that follows the same topics in the same form, and they are handed round
 * a hundred subscribers at a time, so that the loop's other work is not kept waiting.
 */
@NullMarked
package io.dataprism.event;

import org.jspecify.annotations.NullMarked;
