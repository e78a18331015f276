package io.dataprism.cluster.event;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/** Why an event is not in the log, or may not be. */
final class NotPublished {

    private NotPublished() {}

    static DataPrismException draining(String what) {
        return new DataPrismException(
                ErrorCode.DRAINING,
                what + " not taken: this node is going away.",
                "Publish at another node, or later.");
    }

    static DataPrismException overloaded(String what, int events, long bytes) {
        return new DataPrismException(
                ErrorCode.OVERLOADED,
                what + " not taken: " + events + " events or " + (bytes >> 20)
                        + " MiB of its shard wait for other nodes already.",
                "Wait and publish again; where it stays so, publish less, or spread it over more topics.");
    }

    static DataPrismException noMajority(String what) {
        return new DataPrismException(
                ErrorCode.NO_MAJORITY,
                what + " not taken: this node sees too few of the cluster's nodes.",
                "Publish at a node that sees the others, or when this one does again.");
    }

    /** @param sent whether it may be in the log all the same */
    static DataPrismException inTime(String what, boolean sent, @Nullable Throwable cause) {
        return new DataPrismException(
                ErrorCode.NODE_LOST,
                what + (sent ? " may have been published or not" : " not taken")
                        + ": the nodes that keep it did not answer in time.",
                sent
                        ? "Look for it in the history before it is published again, or let subscribers bear it twice."
                        : "Publish again.",
                cause);
    }
}
