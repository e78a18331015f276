package io.dataprism.gateway.live;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.Topic;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.Authenticator.Identity;
import io.dataprism.gateway.Bodies;
import io.dataprism.gateway.contract.Parameters;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events over HTTP: the stream, history, publishing and statistics. */
final class EventRoutes {

    private final LiveServices services;
    private final Bodies bodies;

    EventRoutes(LiveServices services) {
        this.services = services;
        this.bodies = new Bodies(services.limits());
    }

    void mount(Router router) {
        router.get("/v1/events").handler(Requests.failing(this::stream));
        router.get("/v1/events/history").handler(Requests.failing(this::history));
        router.delete("/v1/events/history").handler(Requests.failing(this::forget));
        router.get("/v1/events/stats").handler(Requests.failing(this::stats));
        router.post("/v1/events/:topic").handler(Requests.failing(this::publish));
    }

    private void stream(RoutingContext context) {
        Identity identity = Access.identity(context);
        Access.requireRole(identity.user(), "follow events", Role.SUBSCRIBER);
        Parameters parameters = Parameters.of(context);
        requireAccepted(context);
        if (services.connections().isDraining()) {
            throw new DataPrismException(ErrorCode.DRAINING, "This node is going away.", "Connect to another node.");
        }
        List<TopicPattern> patterns = Access.topics(identity.user(), parameters.texts("topic"));
        String lastEventId = context.request().getHeader("Last-Event-ID");
        String cursor = lastEventId == null || lastEventId.isEmpty() ? parameters.text("cursor") : lastEventId;
        Start start = Requests.start(cursor, parameters.text("from"));
        String token = TokenWatch.bearer(context.request().getHeader(HttpHeaders.AUTHORIZATION));
        // in a turn of its own: an answer before it on this connection may still be on its way into the pipeline
        services.vertx().getOrCreateContext().runOnContext(turn -> {
            if (!context.response().closed()) { // nobody would hear that it has left meanwhile
                open(context, identity, token, patterns, start);
            }
        });
    }

    private void open(
            RoutingContext context,
            Identity identity,
            @Nullable String token,
            List<TopicPattern> patterns,
            Start start) {
        try {
            LiveConnections.Place place = services.connections().admit(identity.user());
            context.addEndHandler(gone -> place.close());
            EventStream.open(services, context, identity, token, patterns, start);
        } catch (RuntimeException refused) {
            context.fail(refused);
        }
    }

    private static void requireAccepted(RoutingContext context) {
        List<MIMEHeader> accepted = context.parsedHeaders().accept();
        boolean fits = accepted.isEmpty()
                || accepted.stream()
                        .anyMatch(type -> (type.component().equals("*")
                                        || type.component().equals("text"))
                                && (type.subComponent().equals("*")
                                        || type.subComponent().equals("event-stream")));
        if (!fits) {
            throw new DataPrismException(
                    ErrorCode.NOT_ACCEPTABLE,
                    "Events come as text/event-stream, which Accept: "
                            + context.request().getHeader(HttpHeaders.ACCEPT) + " leaves out.",
                    "Send Accept: text/event-stream.");
        }
    }

    private void history(RoutingContext context) {
        Identity identity = Access.identity(context);
        Access.requireRole(identity.user(), "read the history of events", Role.SUBSCRIBER);
        Parameters parameters = Parameters.of(context);
        List<TopicPattern> patterns = Access.topics(identity.user(), parameters.texts("topic"));
        String after = parameters.text("after");
        Start start = after == null ? new Start.Earliest() : new Start.After(after);
        json(context, 200)
                .end(new EventHistory(services.feed().log(), patterns, parameters.number("limit")).from(start));
    }

    private void forget(RoutingContext context) {
        Access.requireRole(Access.identity(context).user(), "delete the history of events");
        Parameters.of(context);
        Future.fromCompletionStage(
                        services.feed().log().forget(), services.vertx().getOrCreateContext())
                .onSuccess(gone -> context.response()
                        .setStatusCode(204)
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .end())
                .onFailure(context::fail);
    }

    private void stats(RoutingContext context) {
        Access.requireRole(
                Access.identity(context).user(), "read the statistics of events", Role.SUBSCRIBER, Role.OPERATOR);
        Parameters.of(context);
        json(context, 200).end(services.feed().stats().toBuffer());
    }

    private void publish(RoutingContext context) {
        Identity identity = Access.identity(context);
        Access.requireRole(identity.user(), "publish events", Role.SUBSCRIBER);
        String topic = Topic.parse(context.pathParam("topic")).name();
        bodies.object(context)
                .compose(body -> Access.actingAs(
                        services.vertx(),
                        identity.user(),
                        () -> services.events().publish(topic, body.getValue("data"))))
                .onSuccess(cursor -> json(context, 202)
                        .end(new JsonObject().put("cursor", cursor).toBuffer()))
                .onFailure(context::fail);
    }

    static HttpServerResponse json(RoutingContext context, int status) {
        return context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /** For callers that build their bytes themselves. */
    static void ndjson(RoutingContext context, Buffer lines) {
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-ndjson")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(lines);
    }
}
