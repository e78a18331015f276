package io.dataprism.cluster.shared;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.HazelcastOverloadException;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Why a change was not made, as who asked for it is told.
 *
 * @param sight what this node sees, such as {@code this node sees 1 of 3 nodes; changes need 2}
 */
record Refusals(Supplier<String> sight) {

    private static final String WAIT =
            "Try again when GET /v1/cluster shows more nodes, or ask one that sees them. What runs goes on meanwhile.";

    DataPrismException noMajority(String place) {
        return new DataPrismException(ErrorCode.NO_MAJORITY, place + " was not changed: " + sight.get() + ".", WAIT);
    }

    /** What Hazelcast threw, while something was being changed. */
    RuntimeException of(String place, RuntimeException thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return switch (cause) {
            case DataPrismException known -> known;
            case SplitBrainProtectionException minority -> noMajority(place);
            case HazelcastInstanceNotActiveException gone -> draining(place, thrown);
            case CancellationException gone -> draining(place, thrown);
            case HazelcastOverloadException full ->
                new DataPrismException(
                        ErrorCode.OVERLOADED,
                        place + " was not changed: this node has as many calls to others under way as it may.",
                        "Try again.",
                        thrown);
            case HazelcastException unclear -> unknown(place, thrown);
            default -> thrown;
        };
    }

    private static DataPrismException draining(String place, Throwable cause) {
        return new DataPrismException(
                ErrorCode.DRAINING,
                place + " was not changed: this node has left its cluster, or is about to.",
                "Ask another node.",
                cause);
    }

    private DataPrismException unknown(String place, Throwable cause) {
        return new DataPrismException(
                ErrorCode.NO_MAJORITY,
                "It is not known whether " + place + " was changed: a node that keeps it did not confirm it in time ("
                        + sight.get() + ").",
                "Look at what is there now, and try again where it has not changed.",
                cause);
    }

    static DataPrismException conflict(String place, long expected, long found) {
        return new DataPrismException(
                        ErrorCode.STATE_CONFLICT,
                        place + " has changed meanwhile: the change was made for " + revision(expected)
                                + ", and there is " + revision(found) + ".",
                        "Look at what is there now, and make the change again if it is still wanted.")
                .with("key", place)
                .with("expectedRevision", expected)
                .with("foundRevision", found);
    }

    private static String revision(long revision) {
        return revision == SharedMap.NEVER ? "none" : "revision " + revision;
    }
}
