package io.dataprism.node.configuration;

import io.dataprism.core.engine.EngineLimits;
import io.dataprism.gateway.Limits;
import java.time.Duration;

/** The keys of {@code limits}, named as the members of {@link Limits} and {@link EngineLimits}. */
final class LimitKeys {

    private static final long KIBIBYTE = 1L << 10;
    private static final long MEBIBYTE = 1L << 20;
    private static final long MOST_BYTES = 1L << 50;
    private static final int MOST = 100_000;
    private static final int WORKERS_MAX = 1_024;
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofHours(24);

    private LimitKeys() {}

    static Limits gateway(Section section) {
        Limits absent = Limits.defaults();
        return new Limits(
                section.bytes("jsonBodyBytes", absent.jsonBodyBytes(), KIBIBYTE, 256 * MEBIBYTE),
                section.bytes("packageBytes", absent.packageBytes(), KIBIBYTE, 4096 * MEBIBYTE),
                section.bytes("uploadBytes", absent.uploadBytes(), KIBIBYTE, MOST_BYTES),
                (int) section.bytes("headerBytes", absent.headerBytes(), KIBIBYTE, MEBIBYTE),
                (int) section.bytes("requestLineBytes", absent.requestLineBytes(), KIBIBYTE, MEBIBYTE),
                section.duration("bodyStall", absent.bodyStall(), LEAST, LONGEST),
                section.duration("jsonBodyTime", absent.jsonBodyTime(), LEAST, LONGEST),
                section.duration("connectionIdle", absent.connectionIdle(), LEAST, LONGEST),
                section.count("openQueryStreams", absent.openQueryStreams(), 1, MOST),
                section.count("openQueryStreamsPerNode", absent.openQueryStreamsPerNode(), 1, MOST),
                section.duration("shutdown", absent.shutdown(), LEAST, LONGEST));
    }

    static EngineLimits engine(Section section) {
        EngineLimits absent = EngineLimits.defaults();
        return new EngineLimits(
                section.count("queryWorkers", absent.workers(), 1, WORKERS_MAX),
                section.count("openQueriesPerNode", absent.openQueries(), 1, MOST),
                section.count("openQueriesPerUser", absent.openQueriesPerUser(), 1, MOST),
                section.bytes("batchBytes", absent.batchBytes(), MEBIBYTE, MOST_BYTES));
    }
}
