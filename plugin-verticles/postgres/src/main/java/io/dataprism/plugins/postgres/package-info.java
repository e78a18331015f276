/**
 * The bundled plugin {@code postgres}: tables of a PostgreSQL server, read and written over the host's network.
 *
 * <p>Threads: each call has a connection of its own, opened on the call's thread so that the host knows on whose behalf, and used by
 * one thread of its own that may block on it. A cancel is told to the server from a third thread, and the connection is closed.
 * Failures: {@code REQUEST_INVALID} for what a caller can change, {@code QUOTA_EXCEEDED} where all connections are taken, the
 * host's own refusals as they are, and {@code PLUGIN_FAILED} with the server's words for the rest.
 */
@NullMarked
package io.dataprism.plugins.postgres;

import org.jspecify.annotations.NullMarked;
