package io.dataprism.gateway.connection;

import org.jspecify.annotations.Nullable;

/** Certificate and key cannot be used; the message says which file and why. */
public final class TlsException extends Exception {

    private static final long serialVersionUID = 1L;

    TlsException(String message, @Nullable Throwable cause) {
        super("tls: " + message, cause);
    }
}
