package io.dataprism.cluster.event;

import io.dataprism.core.event.EventLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Names for the lives of rings: they sort by the time of their beginning, and no ring gets one twice. Rings that begin together share one,
 * which keeps cursors short. On the ring thread.
 */
final class EpochNames {

    private static final int RADIX = 36;
    private static final Duration TOGETHER = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final boolean[] used = new boolean[EventLog.SHARDS];
    private String name = "";
    private long bornMillis;

    EpochNames(InstantSource clock) {
        this.clock = clock;
    }

    String next(int shard) {
        long nowMillis = clock.millis();
        if (name.isEmpty() || used[shard] || nowMillis - bornMillis > TOGETHER.toMillis()) {
            long random = ThreadLocalRandom.current().nextLong(36L * 36 * 36, 36L * 36 * 36 * 36);
            name = Long.toString(nowMillis, RADIX) + Long.toString(random, RADIX);
            bornMillis = nowMillis;
            Arrays.fill(used, false);
        }
        used[shard] = true;
        return name;
    }
}
