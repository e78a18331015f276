package io.dataprism.audit;

import io.dataprism.core.audit.AuditEntry;
import io.dataprism.core.permission.Caller;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link AuditService} into the node's queue. Not a message on the bus, because who records often does so while its context
 * speaks for a user or a plugin, which may not write here, or inside a permission interceptor.
 */
public final class QueuedAuditService implements AuditService {

    private final AuditQueue queue;
    private final InstantSource clock;

    public QueuedAuditService(AuditQueue queue, InstantSource clock) {
        this.queue = queue;
        this.clock = clock;
    }

    @Override
    public void record(String action, Caller caller, String target, String outcome, JsonObject details) {
        List<String> onBehalfOf = new ArrayList<>();
        for (Caller link = caller.onBehalfOf(); link != null; link = link.onBehalfOf()) {
            onBehalfOf.add(link.principal().uri());
        }
        queue.offer(new AuditEntry(
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                action,
                caller.principal().uri(),
                onBehalfOf,
                target,
                outcome,
                details.encode()));
    }
}
