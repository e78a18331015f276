/**
 * What we are measured against: Arrow Flight SQL in Java with DuckDB behind it, and DuckDB alone, in a process of their own with the
 * same settings and the same files as the service's engine; gRPC, for calls to plugins; and Nchan, NATS and Bun, for events, which
 * {@code load-tests/peers.sh} looks for and a run starts with settings of its own.
 */
@NullMarked
package io.dataprism.load.peer;

import org.jspecify.annotations.NullMarked;
