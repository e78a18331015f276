/**
 * The engine that is elsewhere: any server of Arrow Flight SQL. {@link io.dataprism.core.flight.FlightSqlEngine} is the door;
 * admission, deadlines, demand and the life of a query are those of {@code core.engine}, the rules for statements those of
 * {@code core.dataset.gate}, asked of a DuckDB that is a parser and nothing else.
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>The same statements are refused as before DuckDB, and besides those that another engine could read otherwise.
 *   <li>Nothing of the server's is believed: a message is checked before it takes memory, a batch in full before it goes on.
 *   <li>A secret is read from a file and sent to the server, and stands in no message and no log.
 *   <li>A server that goes away fails the queries under way with {@code OVERLOADED}; the next query finds it when it is back.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * The engine's workers wait for the server, each for one query; one more thread asks for its tables. gRPC's threads only put
 * what comes into a bounded queue per query. Nothing else knows Flight or gRPC.
 */
@NullMarked
package io.dataprism.core.flight;

import org.jspecify.annotations.NullMarked;
