package io.dataprism.event;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.Topic;
import io.dataprism.core.event.TopicScope;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;

/**
 * Takes published events off the bus: {@code {topic, data}} at {@link Addresses#EVENTS_PUBLISH}, answered with {@code
 * {cursor}} once appended. The source is the sender, as the inbound interceptor knows it. One per node, on an event loop.
 */
public final class EventFeedVerticle extends VerticleBase {

    private static final long EXPIRY_MILLIS = 60_000;

    private final EventFeed feed;

    public EventFeedVerticle(EventFeed feed) {
        this.feed = feed;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(EXPIRY_MILLIS, tick -> feed.log().expire());
        return vertx.eventBus()
                .<JsonObject>consumer(Addresses.EVENTS_PUBLISH, this::publish)
                .completion();
    }

    private void publish(Message<JsonObject> message) {
        try {
            StoredEvent event = append(message);
            message.reply(new JsonObject().put("cursor", event.cursor()));
        } catch (RuntimeException failure) {
            if (!(failure instanceof DataPrismException)) {
                feed.handlerFailed(Addresses.EVENTS_PUBLISH, failure);
            }
            Replies.fail(message, failure);
        }
    }

    private StoredEvent append(Message<JsonObject> message) {
        JsonObject body = message.body();
        if (!(body.getValue("topic") instanceof String name) || !body.containsKey("data")) {
            throw new DataPrismException(
                    ErrorCode.REQUEST_INVALID,
                    "Publishing takes a topic (text) and data; found " + body.fieldNames() + ".",
                    "Send {topic, data}; data may be null, but must be there.");
        }
        Topic topic = Topic.parse(name);
        Caller sender = CallerContext.sender();
        String scope = message.headers().get(TopicScope.HEADER);
        PublishRules.check(sender, topic, scope == null ? TopicScope.nothing() : TopicScope.decode(scope));
        String source = sender == null ? "" : sender.principal().uri();
        return feed.append(topic, source, body.getValue("data"));
    }
}
