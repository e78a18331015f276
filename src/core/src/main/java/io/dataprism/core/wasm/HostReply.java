package io.dataprism.core.wasm;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.PluginException;
import io.dataprism.sandbox.frame.Json;
import java.util.Map;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;

/**
 * What something that a module asked for came to.
 *
 * @param bytes the answer, or {@code {code, message}}
 * @param refusal why there is no answer; null: there is one
 */
record HostReply(byte[] bytes, @Nullable DataPrismException refusal) {

    private static final HostReply NOTHING = new HostReply(new byte[0], null);

    /** An answer without a byte. */
    static HostReply nothing() {
        return NOTHING;
    }

    static HostReply of(byte[] answer) {
        return new HostReply(answer, null);
    }

    static HostReply refused(DataPrismException refusal) {
        return new HostReply(Json.encode(Map.of("code", refusal.code().name(), "message", refusal.detail())), refusal);
    }

    /** Any failure of the host's, as a module may hear of it. */
    static DataPrismException known(@Nullable Throwable failure) {
        return switch (failure) {
            case DataPrismException refusal -> refusal;
            case PluginException told ->
                new DataPrismException(
                        ErrorCode.PLUGIN_FAILED, String.valueOf(told.getMessage()), "Look at the plugin's log.", told);
            case OutOfMemoryException full ->
                new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "There is no memory for a batch.",
                        "Try again later, or with fewer rows.",
                        full);
            case null, default ->
                new DataPrismException(
                        ErrorCode.INTERNAL,
                        "Something failed in the host that nobody foresaw.",
                        "Look at the node's log.",
                        failure);
        };
    }
}
