package io.dataprism.cluster.blob;

import java.util.concurrent.atomic.LongAdder;

/** What has happened to files between nodes since this one started. Any thread. */
public final class BlobCounters {

    final LongAdder sent = new LongAdder();
    final LongAdder busy = new LongAdder();
    final LongAdder strangers = new LongAdder();
    final LongAdder fetched = new LongAdder();
    final LongAdder fetchedBytes = new LongAdder();
    final LongAdder resumed = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder nowhere = new LongAdder();

    /** Pieces of files that other nodes were sent. */
    public long sent() {
        return sent.sum();
    }

    /** Requests that were told to come again, since too many were being answered. */
    public long busy() {
        return busy.sum();
    }

    /** Requests without a proof of the cluster's key. */
    public long strangers() {
        return strangers.sum();
    }

    /** Files that came here whole. */
    public long fetched() {
        return fetched.sum();
    }

    /** Bytes that came here, also of files that did not come whole. */
    public long fetchedBytes() {
        return fetchedBytes.sum();
    }

    /** Times that a file was gone on with in its middle, after a connection had broken. */
    public long resumed() {
        return resumed.sum();
    }

    /** Files that were not what they were asked for as. */
    public long rejected() {
        return rejected.sum();
    }

    /** Times that no node had a file. */
    public long nowhere() {
        return nowhere.sum();
    }
}
