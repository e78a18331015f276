package io.dataprism.gateway.connection;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.Locale;

/** Why a connection is refused. */
enum Refusal {
    /** The node has as many as it may. */
    FULL,
    /** Its address has. */
    ADDRESS,
    /** Too many came lately. */
    RATE;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    DataPrismException problem(ConnectionLimits limits) {
        return new DataPrismException(
                ErrorCode.OVERLOADED, detail(limits), "Connect again after the time in Retry-After.");
    }

    private String detail(ConnectionLimits limits) {
        return switch (this) {
            case FULL -> "This node has " + limits.connections() + " connections, as many as it may have.";
            case ADDRESS ->
                "This node has " + limits.connectionsPerAddress()
                        + " connections from this address, as many as one may have.";
            case RATE ->
                "More than " + limits.connectionsPerSecond()
                        + " connections in a second are being opened, and this node takes no more of them.";
        };
    }
}
