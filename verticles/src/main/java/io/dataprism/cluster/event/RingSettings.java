package io.dataprism.cluster.event;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.RingbufferConfig;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import io.dataprism.core.event.EventLog;

/**
 * The size of a shard's ring. Hazelcast bounds a ring by count alone, so that an item has at most so many bytes, and a larger event takes
 * several: then the rings of all shards never hold more than the bytes of the limits, plus what Hazelcast puts around them.
 *
 * @param slots that a ring has: for twice its even share of the events, since topics are not spread evenly
 * @param slotBytes the most that one takes
 */
record RingSettings(int slots, int slotBytes) {

    /** The most that Hazelcast takes or gives at once. */
    static final int SLOTS_AT_ONCE = 1_000;

    private static final String RINGS = "dataprism.events.";
    private static final String MARKS = "dataprism.commit";
    private static final int BACKUPS = 2;
    private static final int SLOTS_LEAST = 1_024;
    private static final int SLOT_BYTES_LEAST = 512;
    private static final int ENVELOPE_BYTES = 4_096;

    /** The slots that one event takes at most, so that it is added at once. */
    private static final int EVENT_SLOTS_MOST = 900;

    /** All nodes must have the same limits. */
    static RingSettings of(EventLog.Limits limits) {
        int slots = Math.max(SLOTS_LEAST, limits.events() / EventLog.SHARDS * 2);
        long share = limits.bytes() / EventLog.SHARDS / slots;
        int least = Math.max(SLOT_BYTES_LEAST, (limits.eventBytes() + ENVELOPE_BYTES) / EVENT_SLOTS_MOST);
        return new RingSettings(slots, (int) Math.clamp(share, least, limits.eventBytes() + ENVELOPE_BYTES));
    }

    static String ring(int shard) {
        return RINGS + shard;
    }

    /** A ring on the same nodes as the shard's, with as many backups: what was added to that before is on them when this has been added to. */
    static String marks(int shard) {
        return MARKS + "@" + ring(shard);
    }

    /** The larger side of a healed split keeps what it has: the smaller was not to append. */
    void configure(Config config) {
        config.addRingBufferConfig(ringConfig(RINGS + "*", slots));
        config.addRingBufferConfig(ringConfig(MARKS, 1));
    }

    private static RingbufferConfig ringConfig(String name, int capacity) {
        return new RingbufferConfig(name)
                .setCapacity(capacity)
                .setInMemoryFormat(InMemoryFormat.BINARY)
                .setBackupCount(BACKUPS)
                .setAsyncBackupCount(0)
                .setMergePolicyConfig(new MergePolicyConfig(
                        DiscardMergePolicy.class.getName(), MergePolicyConfig.DEFAULT_BATCH_SIZE));
    }
}
