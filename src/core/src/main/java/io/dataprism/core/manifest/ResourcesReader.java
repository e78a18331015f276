package io.dataprism.core.manifest;

import io.dataprism.plugin.ResourceQuota;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Reads {@code resources} and {@code crash}: quantities with units, within bounds. */
final class ResourcesReader {

    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private ResourcesReader() {}

    static ResourceQuota resources(ObjectReader reader) {
        ResourceQuota quota = new ResourceQuota(
                bytes(reader, "memory", ResourceQuota.DEFAULT.memoryBytes(), 16 * MIB, 4 * GIB, "16MiB to 4GiB"),
                cpus(reader),
                reader.integer("threads", ResourceQuota.DEFAULT.threads(), 1, 1024),
                duration(
                        reader,
                        "operationTimeout",
                        ResourceQuota.DEFAULT.operationTimeout(),
                        Duration.ofMillis(10),
                        Duration.ofMinutes(10),
                        "10ms to 10m"),
                bytes(reader, "storage", ResourceQuota.DEFAULT.storageBytes(), 0, 16 * GIB, "0B to 16GiB"));
        reader.refuseUnknown();
        return quota;
    }

    static CrashPolicy crash(ObjectReader reader) {
        boolean restart =
                reader.choice("restart", Restart.class, Restart.BACKOFF).orElse(Restart.BACKOFF) == Restart.BACKOFF;
        int maxRestarts = reader.integer("maxRestarts", CrashPolicy.DEFAULT.maxRestarts(), 0, 100);
        Duration window = duration(
                reader, "window", CrashPolicy.DEFAULT.window(), Duration.ofSeconds(1), Duration.ofDays(1), "1s to 1d");
        reader.refuseUnknown();
        return new CrashPolicy(restart, maxRestarts, window);
    }

    static Duration duration(
            ObjectReader reader, String name, Duration absent, Duration least, Duration most, String range) {
        return quantity(
                reader,
                name,
                absent,
                Units::duration,
                least,
                most,
                "a duration with its unit (ms, s, m, h, d), from " + range);
    }

    private static long bytes(ObjectReader reader, String name, long absent, long least, long most, String range) {
        return quantity(
                reader,
                name,
                absent,
                Units::bytes,
                least,
                most,
                "a size with its unit (B, KiB, MiB, GiB), from " + range);
    }

    private static double cpus(ObjectReader reader) {
        return quantity(
                reader,
                "cpu",
                ResourceQuota.DEFAULT.cpus(),
                ResourcesReader::decimal,
                0.01,
                64.0,
                "a number of processors as a text, from \"0.01\" to \"64\"");
    }

    private static Optional<Double> decimal(String text) {
        return text.matches("[0-9]{1,3}(\\.[0-9]{1,3})?") ? Optional.of(Double.valueOf(text)) : Optional.empty();
    }

    private static <T extends Comparable<T>> T quantity(
            ObjectReader reader,
            String name,
            T absent,
            Function<String, Optional<T>> parse,
            T least,
            T most,
            String legal) {
        if (!reader.has(name)) {
            return absent;
        }
        Optional<T> found = reader.scalar(name)
                .flatMap(parse)
                .filter(value -> value.compareTo(least) >= 0 && value.compareTo(most) <= 0);
        if (found.isEmpty()) {
            reader.problem(name, "'" + name + "' must be " + legal + ".");
        }
        return found.orElse(absent);
    }

    /** What {@code crash.restart} may be. */
    enum Restart {
        BACKOFF,
        NEVER
    }
}
