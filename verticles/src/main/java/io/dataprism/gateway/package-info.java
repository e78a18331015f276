/**
 * HTTP, WebSocket and server-sent events.
 */
@NullMarked
package io.dataprism.gateway;

import org.jspecify.annotations.NullMarked;
