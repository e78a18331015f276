package io.dataprism.gateway.connection;

import io.dataprism.core.quota.TokenBucket;
import io.netty.channel.Channel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of this node. Counts them as they are accepted, and marks those for which there is no room: they get as far as
 * their first request, which is answered with the reason. Any thread; nothing blocks.
 */
public final class Connections {

    /** So many more may be open while they are being refused. */
    private static final int REFUSED_SHARE = 16;

    private static final int REFUSED_LEAST = 16;

    private final ConnectionLimits limits;
    private final Duration idle;
    private final LongSupplier nanoTime;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Map<Object, Integer> openOfAddress = new HashMap<>();
    private final TokenBucket fresh;
    private final AtomicLongArray refused = new AtomicLongArray(Refusal.values().length);
    private final AtomicLongArray ended = new AtomicLongArray(Overdue.values().length);
    private int admitted;
    private int beingRefused;
    private long dropped;

    /** @param idle how long a connection may be silent on which somebody has shown a good token */
    public Connections(ConnectionLimits limits, Duration idle) {
        this(limits, idle, System::nanoTime);
    }

    Connections(ConnectionLimits limits, Duration idle, LongSupplier nanoTime) {
        this.limits = limits;
        this.idle = idle;
        this.nanoTime = nanoTime;
        this.fresh = new TokenBucket(limits.connectionsPerSecond(), limits.connectionBurst(), nanoTime.getAsLong());
    }

    /** Takes note of a connection that was just accepted. False: close it, for there is not even room to refuse it. */
    boolean accept(Channel channel) {
        Object address = addressOf(channel);
        Refusal refusal;
        synchronized (this) {
            refusal = refusal(address);
            if (refusal == null) {
                admitted++;
                openOfAddress.merge(address, 1, Integer::sum);
            } else if (beingRefused >= Math.max(REFUSED_LEAST, limits.connections() / REFUSED_SHARE)) {
                dropped++;
                return false;
            } else {
                beingRefused++;
            }
        }
        if (refusal != null) {
            refused.incrementAndGet(refusal.ordinal());
        }
        Connection connection = new Connection(channel, this, refusal, nanoTime.getAsLong());
        open.add(connection);
        channel.closeFuture().addListener(closed -> gone(connection, address));
        return true;
    }

    private @Nullable Refusal refusal(Object address) {
        if (admitted >= limits.connections()) {
            return Refusal.FULL;
        }
        if (openOfAddress.getOrDefault(address, 0) >= limits.connectionsPerAddress()) {
            return Refusal.ADDRESS;
        }
        return fresh.takeOne(nanoTime.getAsLong()) ? null : Refusal.RATE;
    }

    private void gone(Connection connection, Object address) {
        open.remove(connection);
        synchronized (this) {
            if (connection.isRefused()) {
                beingRefused--;
            } else {
                admitted--;
                openOfAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    /** Whoever has one address of IPv6 has a network of them. */
    private static Object addressOf(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            return "none";
        }
        InetAddress address = remote.getAddress();
        return address instanceof Inet6Address ? ByteBuffer.wrap(address.getAddress(), 0, 8) : address;
    }

    /** Closes what holds its place for nothing, among the connections of the current event loop. Call it about once a second. */
    public void sweep() {
        long now = nanoTime.getAsLong();
        for (Connection connection : open) {
            if (connection.isOfThisEventLoop()) {
                Overdue overdue = connection.overdue(now, limits.requestHead(), idle);
                if (overdue != null) {
                    end(connection, overdue);
                }
            }
        }
    }

    void end(Connection connection, Overdue why) {
        ended.incrementAndGet(why.ordinal());
        connection.close();
    }

    ConnectionLimits limits() {
        return limits;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** How many are open, those that are being refused included. */
    public int count() {
        return open.size();
    }

    /** How many were refused since the start, by reason. */
    public Map<String, LongSupplier> refused() {
        Map<String, LongSupplier> counts = new HashMap<>();
        for (Refusal each : Refusal.values()) {
            counts.put(each.label(), () -> refused.get(each.ordinal()));
        }
        counts.put("dropped", this::dropped);
        return counts;
    }

    private synchronized long dropped() {
        return dropped;
    }

    /** How many the node has closed since the start, by reason. */
    public Map<String, LongSupplier> ended() {
        Map<String, LongSupplier> counts = new HashMap<>();
        for (Overdue each : Overdue.values()) {
            counts.put(each.label(), () -> ended.get(each.ordinal()));
        }
        return counts;
    }
}
