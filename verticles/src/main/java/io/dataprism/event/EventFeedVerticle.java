package io.dataprism.event;

import io.dataprism.audit.AuditService;
import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.MessageBody;
import io.dataprism.bus.Refusals;
import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.event.Topic;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.core.event.TopicScope;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes published events off the bus: {@code {topic, data}} at {@link Addresses#EVENTS_PUBLISH}, answered with {@code
 * {cursor}} once appended; the source is the sender, as the inbound interceptor knows it. And admits subscriptions: {@code
 * {topics: [pattern, ...]}} at {@link Addresses#EVENTS_SUBSCRIBE}, answered with {@code {admitted: true}}, upon which the
 * asking host code subscribes at the {@link EventFeed}. Refusals are {@code PERMISSION_DENIED}. One per node, on an event loop.
 */
public final class EventFeedVerticle extends VerticleBase {

    private static final long EXPIRY_MILLIS = 60_000;

    private static final AuditService NO_AUDIT = (action, caller, target, outcome, details) -> {};

    private final EventFeed feed;
    private final Refusals refusals;

    /** One whose refusals nobody notes. */
    public EventFeedVerticle(EventFeed feed) {
        this(feed, NO_AUDIT);
    }

    public EventFeedVerticle(EventFeed feed, AuditService audit) {
        this.feed = feed;
        this.refusals = new Refusals(audit);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(EXPIRY_MILLIS, tick -> feed.log().expire());
        return Future.all(
                serve(Addresses.EVENTS_PUBLISH, this::publish), serve(Addresses.EVENTS_SUBSCRIBE, this::admit));
    }

    private Future<Void> serve(String address, Function<Message<JsonObject>, Future<JsonObject>> answer) {
        return vertx.eventBus()
                .<JsonObject>localConsumer(address, message -> {
                    Caller sender = CallerContext.sender();
                    try {
                        answer.apply(message)
                                .onSuccess(message::reply)
                                .onFailure(failure -> fail(message, sender, failure));
                    } catch (RuntimeException failure) {
                        fail(message, sender, failure);
                    }
                })
                .completion();
    }

    private void fail(Message<JsonObject> message, @Nullable Caller sender, Throwable failure) {
        refusals.note(sender, message.address(), failure);
        if (!(failure instanceof DataPrismException)) {
            feed.handlerFailed(message.address(), failure);
        }
        Replies.fail(message, failure);
    }

    private Future<JsonObject> publish(Message<JsonObject> message) {
        MessageBody body = MessageBody.of(message);
        Topic topic = Topic.parse(body.text("topic"));
        if (!body.json().containsKey("data")) {
            throw body.wrong("data", "there, if as null");
        }
        Caller sender = CallerContext.sender();
        TopicRules.checkPublish(sender, topic, scope(message));
        String source = sender == null ? "" : sender.principal().uri();
        return feed.append(topic, source, body.json().getValue("data"))
                .map(event -> new JsonObject().put("cursor", event.cursor()));
    }

    private Future<JsonObject> admit(Message<JsonObject> message) {
        MessageBody body = MessageBody.of(message);
        JsonArray topics = body.array("topics");
        if (topics.isEmpty() || topics.stream().anyMatch(topic -> !(topic instanceof String))) {
            throw body.wrong("topics", "at least one pattern, each a text");
        }
        TopicScope scope = scope(message);
        for (Object text : topics) {
            TopicRules.checkSubscribe(CallerContext.sender(), TopicPattern.parse(text.toString()), scope);
        }
        return Future.succeededFuture(new JsonObject().put("admitted", true));
    }

    private static TopicScope scope(Message<?> message) {
        String header = message.headers().get(TopicScope.HEADER);
        return header == null ? TopicScope.nothing() : TopicScope.decode(header);
    }
}
