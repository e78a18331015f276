package io.dataprism.gateway.connection;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many descriptors this process may have. */
final class Descriptors {

    /** For the engine's files, the pipes to plugins and connections that are refused; of a small limit, half of it. */
    private static final long KEPT = 4_096;

    private Descriptors() {}

    /** The limit of the operating system. */
    static long limit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
    }

    /** What is left for connections. */
    static int forConnections() {
        return left(limit());
    }

    static int left(long limit) {
        return (int) Math.clamp(limit - Math.min(KEPT, limit / 2), 1, Integer.MAX_VALUE);
    }
}
