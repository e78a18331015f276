package io.dataprism.core.confinement;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.PluginException;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Failures between host and one plugin's child. */
record ChildFailures(String plugin) {

    private static final int LONGEST_DETAIL = 4 * 1024;

    /** What a child reported. Only what a plugin may say keeps its code. */
    DataPrismException ofChild(byte[] payload) {
        Map<String, @Nullable Object> problem = Json.decodeObject(payload);
        return ofChild(Json.text(problem, "code"), Json.text(problem, "message"));
    }

    DataPrismException ofChild(String code, String message) {
        String detail = message.length() <= LONGEST_DETAIL ? message : message.substring(0, LONGEST_DETAIL);
        return switch (code) {
            case "REQUEST_INVALID" ->
                new DataPrismException(
                        ErrorCode.REQUEST_INVALID, detail, "See the parameters of the plugin's operations.");
            case "OPERATION_NOT_FOUND" ->
                new DataPrismException(ErrorCode.OPERATION_NOT_FOUND, detail, "See the operations in GET /v1/plugins.");
            case "QUOTA_EXCEEDED" ->
                new DataPrismException(
                        ErrorCode.QUOTA_EXCEEDED, detail, "Try again later, or raise 'resources' in the manifest.");
            case "INCOMPATIBLE_CORE" ->
                new DataPrismException(ErrorCode.INCOMPATIBLE_CORE, detail, "Use a version made for this core.");
            default ->
                new DataPrismException(
                        ErrorCode.PLUGIN_FAILED,
                        "The plugin '" + plugin + "' failed: " + detail,
                        "Look at GET /v1/plugins/" + plugin + "/logs.");
        };
    }

    /** What the making of the instance reported. */
    DataPrismException ofStart(byte[] payload) {
        Map<String, @Nullable Object> problem = Json.decodeObject(payload);
        String message = Json.text(problem, "message");
        if (Json.text(problem, "code").equals(ErrorCode.PACKAGE_INVALID.name())) {
            return new DataPrismException(
                    ErrorCode.PACKAGE_INVALID, message, "Correct 'entryPoint' or 'category' in the manifest.");
        }
        return ofChild(ErrorCode.PLUGIN_FAILED.name(), message);
    }

    DataPrismException crashed(String reason) {
        return new DataPrismException(
                ErrorCode.PLUGIN_CRASHED,
                "The process of the plugin '" + plugin + "' " + reason + ".",
                "Look at GET /v1/plugins/" + plugin + "/logs; it is started again on its own.");
    }

    DataPrismException timeout(String what, Duration timeout) {
        return new DataPrismException(
                ErrorCode.PLUGIN_TIMEOUT,
                "The plugin '" + plugin + "' did not end " + what + " within " + timeout.toMillis() + " ms.",
                "Ask for less, or raise the operation's timeout.");
    }

    DataPrismException unavailable(String problem, @Nullable Throwable cause) {
        return new DataPrismException(
                ErrorCode.SANDBOX_UNAVAILABLE,
                "The plugin '" + plugin + "' cannot be confined: " + problem,
                "Run './dataprism doctor' to see what this machine can confine.",
                cause);
    }

    /** A failure of the host as the child is told: a code and a sentence, never a trace. */
    static Frame frame(long id, Throwable failure) {
        String code = ErrorCode.INTERNAL.name();
        String message = "Something failed in the host that nobody foresaw.";
        if (failure instanceof DataPrismException known) {
            code = known.code().name();
            message = known.detail();
        } else if (failure instanceof PluginException known) {
            code = known.code();
            message = String.valueOf(known.getMessage());
        }
        String cut = message.length() <= LONGEST_DETAIL ? message : message.substring(0, LONGEST_DETAIL);
        return new Frame(FrameType.FAILED, id, Json.encode(Map.of("code", code, "message", cut)));
    }
}
