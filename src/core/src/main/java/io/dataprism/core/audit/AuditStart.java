package io.dataprism.core.audit;

/**
 * Where to read on in the log of one node: behind a line, and where nothing is known of that, behind a time.
 *
 * @param afterSequence the number of the last line that is not wanted; 0: from the first
 * @param afterMillis lines up to the last one of that time in a row are not wanted either; 0: all are
 * @param offset a place in the file where a line begins that is not behind the first wanted one: it saves the way there; 0: not known
 */
public record AuditStart(long afterSequence, long afterMillis, long offset) {

    /** At the first line. */
    public static final AuditStart FIRST = new AuditStart(0, 0, 0);
}
