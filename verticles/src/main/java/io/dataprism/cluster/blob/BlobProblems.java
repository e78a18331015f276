package io.dataprism.cluster.blob;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.List;

/** Why a file did not come, each in one place. */
final class BlobProblems {

    private BlobProblems() {}

    /** @param asked what each node that was asked said */
    static DataPrismException nowhere(String kind, String digest, List<String> asked) {
        return new DataPrismException(
                        ErrorCode.NODE_LOST,
                        "No node that can be seen has the file " + digest + " of kind " + kind
                                + (asked.isEmpty()
                                        ? "; no other node is seen."
                                        : ": " + String.join(", ", asked) + "."),
                        "Start a node that has it, and try again; or bring what it belongs to again: register the package, load the table.")
                .with("retryAfterSeconds", 5);
    }

    static DataPrismException tooLong(String kind, String digest, BlobLimits limits) {
        return new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "The file " + digest + " of kind " + kind + " could not be fetched within "
                                + limits.total().toSeconds() + " s.",
                        "Try again later.")
                .with("retryAfterSeconds", 5);
    }

    static DataPrismException ended(String kind, String digest) {
        return new DataPrismException(
                ErrorCode.DRAINING,
                "The file " + digest + " of kind " + kind + " is not fetched any more: the node stops.",
                "Ask another node.");
    }

    /** @param asked what each node that was asked said */
    static DataPrismException notCopied(String kind, String digest, List<String> asked) {
        return new DataPrismException(
                        ErrorCode.NODE_LOST,
                        "No other node could take a copy of the file " + digest + " of kind " + kind + ": "
                                + String.join(", ", asked) + ".",
                        "Try again: nothing was changed. GET /v1/cluster says which nodes are seen.")
                .with("retryAfterSeconds", 1);
    }
}
