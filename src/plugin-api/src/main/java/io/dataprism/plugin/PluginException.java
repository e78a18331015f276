package io.dataprism.plugin;

import org.jspecify.annotations.Nullable;

/**
 * A failure with a stable code. Plugins throw it to tell the caller what went wrong; the host throws it at plugins when it
 * refuses a call.
 */
public class PluginException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    /**
     * @param code upper-case words joined by {@code _}, for example {@code PERMISSION_DENIED}
     * @param message the operation, the offender, the value found, the legal values and the way out
     */
    public PluginException(String code, String message) {
        this(code, message, null);
    }

    /** The same, with what caused it. */
    public PluginException(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The stable code. */
    public String code() {
        return code;
    }

    /** The operation is not one of the plugin's. */
    public static PluginException unknownOperation(String operation) {
        return new PluginException("OPERATION_NOT_FOUND", "There is no operation '" + operation + "' in this plugin.");
    }

    /** A parameter is missing or wrong. */
    public static PluginException invalidParameter(String name, String problem) {
        return new PluginException("REQUEST_INVALID", "Parameter '" + name + "' " + problem + ".");
    }
}
