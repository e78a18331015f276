package io.dataprism.core.event;

import java.util.Locale;

/**
 * A range that a reader will never see.
 *
 * @param from the cursor that the reader had
 * @param to the cursor after the range: reading goes on behind it
 */
public record Gap(String from, String to, Reason reason) {

    /** Why it is lost. */
    public enum Reason {
        /** The log was trimmed beyond the cursor before the reader came. */
        EXPIRED,
        /** The cursor is of another life of the log. */
        EPOCH,
        /** The log was trimmed beyond the reader while it did not keep up. */
        SLOW;

        /** As in the contract. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
