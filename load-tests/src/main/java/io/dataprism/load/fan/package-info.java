/**
 * The load generator of {@code bench events}: a process of its own whose one thread opens subscribers by the thousand, publishes, and
 * reads what is delivered, from ours and from the peers alike. {@link io.dataprism.load.fan.FanMain} answers the bench's questions.
 *
 * <p>It must be much faster than what it measures: one selector, one direct buffer that every connection is read into, frames walked by
 * their headers, nothing allocated for an event. Each event carries a {@link io.dataprism.load.fan.Mark} with its publisher, topic,
 * number and time, by which every subscriber knows what it missed and what came twice; the time is looked at in one of sixteen.
 *
 * <p>Everything here is one thread's. Connections that fail are counted and end the run; every wait has a limit.
 */
@NullMarked
package io.dataprism.load.fan;

import org.jspecify.annotations.NullMarked;
