package io.dataprism.core.audit;

import java.util.List;

/**
 * Some lines of one node's log.
 *
 * @param lines those that matched
 * @param next where to read on
 * @param end whether there was nothing more at that time
 */
public record AuditPage(List<Line> lines, AuditStart next, boolean end) {

    /**
     * A line.
     *
     * @param json as it is in the log, byte by byte
     */
    public record Line(long sequence, long millis, String json) {}

    public AuditPage {
        lines = List.copyOf(lines);
    }
}
