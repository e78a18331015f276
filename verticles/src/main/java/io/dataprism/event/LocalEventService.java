package io.dataprism.event;

import io.dataprism.audit.AuditService;
import io.dataprism.bus.Addresses;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.bus.Refusals;
import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.Topic;
import io.dataprism.core.event.TopicScope;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@link EventService} for callers on the node that has the log: asks the guard what it would ask of a message to {@link
 * Addresses#EVENTS_PUBLISH}, and appends on the caller's own event loop, so that an event changes threads only to be delivered. Any
 * context.
 */
public final class LocalEventService implements EventService {

    private final PermissionInterceptors guard;
    private final EventFeed feed;
    private final Refusals refusals;

    /** Who came last, which is who comes next more often than not. */
    private volatile Read last = new Read("", TopicScope.nothing());

    /** A header, and what it says. */
    private record Read(String header, TopicScope scope) {}

    public LocalEventService(PermissionInterceptors guard, EventFeed feed, AuditService audit) {
        this.guard = guard;
        this.feed = feed;
        this.refusals = new Refusals(audit);
    }

    @Override
    public Future<String> publish(String topic, @Nullable Object data) {
        Caller speaker = guard.speaker();
        Map<String, String> scopes;
        try {
            scopes = speaker == null ? Map.of() : guard.check(speaker, Addresses.EVENTS_PUBLISH); // notes its refusals
        } catch (RuntimeException refused) {
            return Future.failedFuture(refused);
        }
        try {
            Topic parsed = Topic.parse(topic);
            TopicRules.checkPublish(speaker, parsed, scope(scopes));
            String source = speaker == null ? "" : speaker.principal().uri();
            return feed.append(parsed, source, data).map(StoredEvent::cursor);
        } catch (RuntimeException failure) {
            refusals.note(speaker, Addresses.EVENTS_PUBLISH, failure);
            if (!(failure instanceof DataPrismException)) {
                feed.handlerFailed(Addresses.EVENTS_PUBLISH, failure);
            }
            return Future.failedFuture(Replies.toProblem(failure));
        }
    }

    private TopicScope scope(Map<String, String> scopes) {
        String header = scopes.get(TopicScope.HEADER);
        if (header == null) {
            return TopicScope.nothing();
        }
        Read known = last;
        if (!known.header().equals(header)) {
            known = new Read(header, TopicScope.decode(header));
            last = known;
        }
        return known.scope();
    }
}
