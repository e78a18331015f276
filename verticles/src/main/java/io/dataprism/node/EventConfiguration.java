package io.dataprism.node;

import io.dataprism.core.event.EventLog;

/**
 * What becomes of events.
 *
 * @param durable whether they are kept on the disk, in the folder {@code events} of the data folder, and cursors outlive the
 *     process
 * @param limits what is kept at most
 */
public record EventConfiguration(boolean durable, EventLog.Limits limits) {

    /** In memory, with the limits of the contract. */
    public static EventConfiguration defaults() {
        return new EventConfiguration(false, EventLog.Limits.DEFAULT);
    }
}
