package io.dataprism.core.audit;

import java.time.Instant;
import java.util.List;

/**
 * What happened, before it is a line.
 *
 * @param principal who did it, as {@link io.dataprism.core.permission.Principal#uri()}
 * @param onBehalfOf the rest of the chain, nearest first
 * @param detailsJson one JSON object on one line
 */
public record AuditEntry(
        Instant time,
        String action,
        String principal,
        List<String> onBehalfOf,
        String target,
        String outcome,
        String detailsJson) {

    public AuditEntry {
        onBehalfOf = List.copyOf(onBehalfOf);
    }
}
