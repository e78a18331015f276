/**
 * The log of events of a cluster, on ring buffers of Hazelcast's: {@link io.dataprism.cluster.event.RingBufferEventLog} is what the rest
 * sees, as an {@link io.dataprism.core.event.EventLog}.
 *
 * <p><b>Rings.</b> Each shard is a ring with two backups, which gives its items one order and takes them over when a node dies. A node
 * reads each ring once ({@code ShardTail}), from the oldest item on, into one memory ({@code EventMemory}), and nobody else reads a ring.
 * What there was when a node joined is shown by time; from then on, as it comes. Nodes agree on the order of a shard, not of shards
 * between each other. An item is signed with the cluster's key for its ring; what does not verify is left alone and counted. It is cut
 * into slots of bounded size ({@code ItemParts}), so that the ring's count of slots bounds its bytes.
 *
 * <p><b>Appending.</b> What came meanwhile is added as one group, one group of a shard at a time ({@code ShardAppender}). When it is not
 * known whether a group was added, because a node died in the middle, it is added again, with the numbers that its writer had given it:
 * a reader shows of each writer only what is beyond what it has shown, so an event is seen once however often it was added, and one
 * that its writer had given up is not seen late. An event is acknowledged when the ring and its backups have it, nobody has left
 * meanwhile nor was lost within two heartbeats before, and this node shows it. At most 8,192
 * events or 16 MiB of a shard wait; who waits for 15 s is answered {@code NODE_LOST}. A node that does not see the majority adds nothing,
 * acknowledges nothing that was on its way, and shows what it has shown: a ring that it came to own when it was cut off gives way to that of
 * the others. What it had read by then is shown when it sees the majority again and the ring still has it. While Hazelcast joins such a node to
 * the others again it sees them and has its own ring still: that is no majority, and no answer of a ring from before or during it counts.
 *
 * <p><b>What is lost.</b> Each page begins with the item that was read last, and is it another, the ring has lost something. Is a part of
 * what was read still there, then only what had no backup is gone: reading goes on from there, and nobody has missed anything. The node that owns
 * a ring reads items before they have backups, and shows them when they have ({@code CommitMark}). Is nothing of it there, then the ring began anew: its first item
 * gives its life a name, all items carry it, items of another life are left alone, and readers are told a gap. So they are when a ring
 * was faster than this node by all its slots.
 *
 * <p><b>Cursors</b> ({@link io.dataprism.core.event.ClusterCursor}) name the life, the sequence and a check of the last event in each
 * shard. {@code ShardTrail} says what that is among this node's positions. Where it has shown events in another order than the node
 * that gave the cursor out, the reader is given those that it has not seen ({@code SeenElsewhere}) until it has passed all that it
 * had, and then what everybody is given. What a ring has lost is named by cursors until its writer has had the time to add it again, so
 * that it is told to nobody twice. A deletion of the history is an item in each ring.
 *
 * <p>All of it happens on one thread, {@code event-rings}, which never waits; publishing and reading are for any thread, and short.
 * Closed before Hazelcast is.
 */
@NullMarked
package io.dataprism.cluster.event;

import org.jspecify.annotations.NullMarked;
