package io.dataprism.core.wasm;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.sandbox.frame.ProtocolException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Failures of one plugin that is a module, as its callers are told. */
record WasmFailures(String plugin) {

    private static final int LONGEST_DETAIL = 4 * 1024;

    /** What the module itself says went wrong. @param code as it passes it to {@code fail} */
    DataPrismException ofModule(int code, String message) {
        String detail = message.length() <= LONGEST_DETAIL ? message : message.substring(0, LONGEST_DETAIL);
        return switch (code) {
            case 1 ->
                new DataPrismException(
                        ErrorCode.REQUEST_INVALID, detail, "See the parameters of the plugin's operations.");
            case 2 ->
                new DataPrismException(
                        ErrorCode.QUOTA_EXCEEDED, detail, "Try again later, or raise 'resources' in the manifest.");
            default ->
                new DataPrismException(
                        ErrorCode.PLUGIN_FAILED,
                        "The plugin '" + plugin + "' failed: " + detail,
                        "Look at GET /v1/plugins/" + plugin + "/logs.");
        };
    }

    /** It emitted what is no batch of its answer. */
    DataPrismException illegal(String operation, ProtocolException reason) {
        return new DataPrismException(
                ErrorCode.PLUGIN_FAILED,
                "The operation '" + operation + "' of the plugin '" + plugin
                        + "' emitted what is no Arrow IPC stream of its answer: " + reason(reason),
                "The plugin's author must emit streams of one schema, uncompressed and without dictionaries; see WASM.md.",
                reason);
    }

    /** The module broke off in the middle of something. */
    DataPrismException trapped(String what, Throwable trap) {
        return new DataPrismException(
                ErrorCode.PLUGIN_CRASHED,
                "The module of the plugin '" + plugin + "' trapped in " + what + ": " + reason(trap) + ".",
                "A fresh instance serves the next call, without what this one kept in its memory.",
                trap);
    }

    static String reason(Throwable trap) {
        String message =
                trap instanceof StackOverflowError ? "call stack exhausted" : String.valueOf(trap.getMessage());
        return message.length() <= LONGEST_DETAIL ? message : message.substring(0, LONGEST_DETAIL);
    }

    DataPrismException ended(String reason) {
        return new DataPrismException(
                ErrorCode.PLUGIN_CRASHED,
                "The module of the plugin '" + plugin + "' " + reason + ".",
                "Look at GET /v1/plugins/" + plugin + "/logs; it is started again on its own.");
    }

    DataPrismException timeout(String what, Duration timeout) {
        return new DataPrismException(
                ErrorCode.PLUGIN_TIMEOUT,
                "The plugin '" + plugin + "' did not end " + what + " within " + timeout.toMillis() + " ms.",
                "Ask for less, or raise the operation's timeout.");
    }

    DataPrismException busy(int waiting) {
        return new DataPrismException(
                ErrorCode.OVERLOADED,
                "The plugin '" + plugin + "' does one thing at a time, and " + waiting + " wait already.",
                "Try again later.");
    }

    DataPrismException unfit(String what) {
        return new DataPrismException(
                ErrorCode.REQUEST_INVALID,
                "The plugin '" + plugin + "' is a WebAssembly module, which has no " + what + ".",
                "Modules have operations of kind value and dataset.");
    }

    DataPrismException unavailable(String problem, @Nullable Throwable cause) {
        return new DataPrismException(
                ErrorCode.SANDBOX_UNAVAILABLE,
                "The plugin '" + plugin + "' cannot be run: " + problem,
                "See 'plugins' in the configuration, and GET /v1/status.",
                cause);
    }
}
