package io.dataprism.core.quota;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.function.LongSupplier;

/** How often a plugin may ask the host for something: a bucket of requests and one of bytes, both filled in a second. Any thread. */
public final class RequestRate {

    private final String plugin;
    private final double requestsPerSecond;
    private final double bytesPerSecond;
    private final LongSupplier nanoTime;
    private final TokenBucket requests;
    private final TokenBucket bytes;
    private long refused;

    /** Begins full. */
    public RequestRate(String plugin, ResourcePolicy policy, LongSupplier nanoTime) {
        this.plugin = plugin;
        this.requestsPerSecond = policy.requests();
        this.bytesPerSecond = policy.requestBytes();
        this.nanoTime = nanoTime;
        long now = nanoTime.getAsLong();
        this.requests = new TokenBucket(requestsPerSecond, requestsPerSecond, now);
        this.bytes = new TokenBucket(bytesPerSecond, bytesPerSecond, now);
    }

    /**
     * Lets one through, however large, where both buckets hold something.
     *
     * @throws DataPrismException {@code QUOTA_EXCEEDED}: too many, or too many bytes, in this second
     */
    public void admit(long requestBytes) {
        if (!take(requestBytes)) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "Plugin '" + plugin + "' asks for more than " + (long) requestsPerSecond
                            + " things, or sends more than " + (long) bytesPerSecond + " bytes with them, in a second.",
                    "Ask for less at once, in larger batches; 'plugins.rate' of the configuration sets the bounds.");
        }
    }

    private synchronized boolean take(long requestBytes) {
        long now = nanoTime.getAsLong();
        if (requests.left(now) < 1 || bytes.left(now) <= 0) {
            refused++;
            return false;
        }
        requests.take(1);
        bytes.take(requestBytes);
        return true;
    }

    /** How many were refused. */
    public synchronized long refused() {
        return refused;
    }
}
