package io.dataprism.core.quota;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Admission: memory is set aside for a process before it is started, so that those that run can have what they were promised. Any
 * thread.
 */
final class Reservations {

    private static final long MIB = 1L << 20;

    private final long groupBytes;
    private final AtomicLong reservedBytes = new AtomicLong();

    Reservations(long groupBytes) {
        this.groupBytes = groupBytes;
    }

    /**
     * Sets memory aside.
     *
     * @return gives it back, once
     * @throws DataPrismException {@code QUOTA_EXCEEDED} where the group has not so much left
     */
    Runnable reserve(String plugin, long bytes) {
        long before =
                reservedBytes.getAndUpdate(reserved -> reserved + bytes <= groupBytes ? reserved + bytes : reserved);
        if (before + bytes > groupBytes) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "Plugin '" + plugin + "' needs " + bytes / MIB + " MiB, and of the " + groupBytes / MIB
                            + " MiB of all plugins on this node " + before / MIB + " MiB are reserved.",
                    "Deactivate another plugin, ask for less in 'resources.memory', or raise 'plugins.group.memory' in the "
                            + "configuration.");
        }
        AtomicBoolean given = new AtomicBoolean();
        return () -> {
            if (given.compareAndSet(false, true)) {
                reservedBytes.addAndGet(-bytes);
            }
        };
    }

    long reservedBytes() {
        return reservedBytes.get();
    }
}
