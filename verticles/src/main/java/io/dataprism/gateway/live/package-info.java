/**
 * What stays open: server-sent events and WebSocket, with the short calls around them (history, publishing, statistics) and
 * the audit log's. {@link io.dataprism.gateway.live.LiveRoutes} and {@link io.dataprism.gateway.live.AuditRoutes} put them on
 * the gateway's router.
 *
 * <p>Everything about one connection happens on its event loop. A connection holds no queue of events: while it can be
 * written to, its subscriptions read on in the log. What many receive alike is made once for all of them
 * ({@link io.dataprism.gateway.live.SocketForm}, {@link io.dataprism.gateway.live.SseForm}) and put behind what frames the others'
 * bytes ({@link io.dataprism.gateway.live.LiveChannel}), which keeps at most 128 KiB and one message of 1 MiB that are written and not
 * yet sent; a WebSocket is not read while it has more. What is written in one turn of a loop is flushed once, and one clock for each loop
 * ({@link io.dataprism.gateway.live.LoopWheel}) looks after its connections: heartbeats, tokens, peers that are gone, and peers that
 * have not read for 30 s though there is something for them, which are cut off and may come back with their cursor. Failures before
 * the first byte go to the router's failure handler as {@link io.dataprism.core.error.DataPrismException}; later ones are frames.
 */
@NullMarked
package io.dataprism.gateway.live;

import org.jspecify.annotations.NullMarked;
