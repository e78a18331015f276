package io.dataprism.node.configuration;

import io.dataprism.core.engine.EngineLimits;
import io.dataprism.gateway.Limits;
import io.dataprism.gateway.LiveLimits;
import io.dataprism.gateway.connection.ConnectionLimits;
import java.time.Duration;

/** The keys of {@code limits}, named as the members of {@link Limits}, {@link ConnectionLimits}, {@link LiveLimits} and {@link
 * EngineLimits}. */
final class LimitKeys {

    private static final long KIBIBYTE = 1L << 10;
    private static final long MEBIBYTE = 1L << 20;
    private static final long MOST_BYTES = 1L << 50;
    private static final int MOST = 100_000;
    private static final int MOST_CONNECTIONS = 1_000_000;
    private static final int MOST_PER_SECOND = 1_000_000;
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
                connections(section),
                live(section),
                section.count("openQueryStreams", absent.openQueryStreams(), 1, MOST),
                section.count("openQueryStreamsPerNode", absent.openQueryStreamsPerNode(), 1, MOST),
                section.count("publishesPerSecond", absent.publishesPerSecond(), 1, MOST_PER_SECOND),
                section.count("publishBurst", absent.publishBurst(), 1, MOST_PER_SECOND),
                section.duration("drain", absent.drain(), Duration.ZERO, LONGEST),
                section.duration("shutdown", absent.shutdown(), LEAST, LONGEST));
    }

    private static LiveLimits live(Section section) {
        LiveLimits absent = LiveLimits.defaults();
        return new LiveLimits(
                (int) section.bytes("textFrameBytes", absent.textFrameBytes(), KIBIBYTE, 256 * MEBIBYTE),
                section.count("subscriptionsPerConnection", absent.subscriptionsPerConnection(), 1, MOST),
                section.count("callsPerConnection", absent.callsPerConnection(), 1, MOST));
    }

    private static ConnectionLimits connections(Section section) {
        int connections =
                section.count("connections", ConnectionLimits.defaults().connections(), 1, MOST_CONNECTIONS);
        ConnectionLimits absent = ConnectionLimits.of(connections);
        return new ConnectionLimits(
                connections,
                section.count("connectionsPerAddress", absent.connectionsPerAddress(), 1, MOST_CONNECTIONS),
                section.count("connectionsPerSecond", absent.connectionsPerSecond(), 1, MOST_PER_SECOND),
                section.count("connectionBurst", absent.connectionBurst(), 1, MOST_PER_SECOND),
                section.count("liveConnectionsPerUser", absent.liveConnectionsPerUser(), 1, MOST_CONNECTIONS),
                section.count("http2Streams", absent.http2Streams(), 1, MOST),
                section.duration("requestHead", absent.requestHead(), LEAST, LONGEST),
                section.duration("answerRead", absent.answerRead(), LEAST, LONGEST));
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
