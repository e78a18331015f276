package io.dataprism.sandbox.child;

import io.dataprism.plugin.PluginException;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/** Failures as frames. */
final class Failures {

    static final String PLUGIN_FAILED = "PLUGIN_FAILED";
    private static final int LONGEST_MESSAGE = 8 * 1024;

    private Failures() {}

    static Frame frame(long id, Throwable failure) {
        Throwable cause = Exceptions.unwrap(failure);
        String code = cause instanceof PluginException known ? known.code() : PLUGIN_FAILED;
        return frame(id, code, messageOf(cause));
    }

    static Frame frame(long id, String code, String message) {
        return new Frame(FrameType.FAILED, id, Json.encode(Map.of("code", cut(code), "message", cut(message))));
    }

    /** What the host answered with, as the plugin sees it. */
    static PluginException ofHost(byte[] payload) {
        Map<String, ?> problem = Json.decodeObject(payload);
        return new PluginException(String.valueOf(problem.get("code")), String.valueOf(problem.get("message")));
    }

    static String messageOf(Throwable cause) {
        String message = ownMessageOf(cause);
        if (cause instanceof PluginException && message != null) {
            return message;
        }
        String named = cause.getClass().getName() + (message == null ? "" : ": " + message);
        return named.contains("ontconfig") || named.contains("sun.font")
                ? "No fonts can be read, so text can be drawn as SVG only. Drawing it as PNG or PDF needs fonts on this machine"
                        + " (for example the package fonts-dejavu-core) and the permission 'ui' in the manifest. ("
                        + named
                        + ")"
                : named;
    }

    /** A plugin's own exception may fail in this too. */
    private static @Nullable String ownMessageOf(Throwable cause) {
        try {
            return cause.getMessage();
        } catch (RuntimeException | Error flown) {
            return null;
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE);
    }
}
