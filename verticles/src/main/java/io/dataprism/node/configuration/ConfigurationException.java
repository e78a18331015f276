package io.dataprism.node.configuration;

import org.jspecify.annotations.Nullable;

/** A configuration file cannot be used. The message is one line that names the file and every problem of it. */
public final class ConfigurationException extends Exception {

    private static final long serialVersionUID = 1L;

    ConfigurationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
