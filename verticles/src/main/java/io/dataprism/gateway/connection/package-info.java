/**
 * What becomes of a connection before and beside its requests: how many there may be, how long one may hold its place without
 * using it, how strictly its bytes are read, what
 * its WebSocket may pack, and TLS.
 *
 * <p>Guarantees: whoever comes when there is no room is told so with a problem document and {@code Retry-After}, and never takes
 * the place of somebody who is there; only where not even that has room is a new connection closed without a word. A connection
 * that misuses HTTP/2 is closed, and no other. New certificates are used by new connections, and the old ones go on.
 *
 * <p>Threads: {@link io.dataprism.gateway.connection.Connections} is for any thread. A
 * {@link io.dataprism.gateway.connection.Connection} belongs to its event loop. Nothing blocks but reading the files of TLS.
 */
@NullMarked
package io.dataprism.gateway.connection;

import org.jspecify.annotations.NullMarked;
