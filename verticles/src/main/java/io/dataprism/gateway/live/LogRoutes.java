package io.dataprism.gateway.live;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.gateway.Authenticator.Identity;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code GET /v1/plugins/{name}/logs?follow=true}. The gateway's own route, which answers those that do not follow, stands before
 * it, and has checked parameters, role and scope, and chosen the format.
 */
final class LogRoutes {

    private final LiveServices services;

    LogRoutes(LiveServices services) {
        this.services = services;
    }

    void mount(Router router) {
        router.get("/v1/plugins/:name/logs").handler(Requests.failing(this::follow));
    }

    private void follow(RoutingContext context) {
        Identity identity = Access.identity(context);
        boolean events = LogStream.EVENTS.equals(context.getAcceptableContentType());
        String token = TokenWatch.bearer(context.request().getHeader(HttpHeaders.AUTHORIZATION));
        String name = context.pathParam("name");
        LiveConnections.Place place = services.connections().admit(identity.user());
        context.addEndHandler(gone -> place.close());
        services.logs()
                .read(Caller.of(identity.user()), name)
                .onSuccess(reading -> {
                    if (!new LogStream(services, context, identity, reading, events).open(context, token)) {
                        context.fail(new DataPrismException(
                                ErrorCode.QUOTA_EXCEEDED,
                                "As many readers as may already follow the log of plugin " + name + ".",
                                "End one of them, or read it without follow."));
                    }
                })
                .onFailure(context::fail);
    }
}
