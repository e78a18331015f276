/**
 * What stays open: server-sent events and WebSocket, with the short calls around them (history, publishing, statistics) and
 * the audit log's. {@link io.dataprism.gateway.live.LiveRoutes} and {@link io.dataprism.gateway.live.AuditRoutes} put them on
 * the gateway's router.
 *
 * <p>Everything about one connection happens on its event loop. A connection holds no queue of events: while it can be
 * written to, its subscriptions read on in the log; a WebSocket has at most 1 MiB that is written and not yet sent, and is not
 * read while it has more. Failures before the first byte go to the router's failure handler as
 * {@link io.dataprism.core.error.DataPrismException}; later ones are frames.
 */
@NullMarked
package io.dataprism.gateway.live;

import org.jspecify.annotations.NullMarked;
