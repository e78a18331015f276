/**
 * The engine as the rest sees it, and what every kind of engine shares: admission, the life of a query from its admission to its
 * end, the cutting of batches, the words of its failures.
 *
 * <p>{@link io.dataprism.core.engine.QueryEngine} is the door. An implementation brings a
 * {@link io.dataprism.core.engine.QueryRun} per statement; {@link io.dataprism.core.engine.OpenQueries} admits it and drives it.
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>Never are two threads inside one run at once; a stop alone comes from outside. A stream without demand holds no thread.
 *   <li>What is loaded never exceeds what was requested by more than one load of the engine.
 *   <li>Whatever ends a query frees all that it held, before anybody hears of the end.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * Bounded pools of platform threads: workers are inside the engine, closers stop queries from outside, one timer ends what is
 * late. Nothing here knows DuckDB, Vert.x or HTTP.
 */
@NullMarked
package io.dataprism.core.engine;

import org.jspecify.annotations.NullMarked;
