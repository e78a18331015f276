/**
 * The gate: what may be said to the engine. A statement is read by DuckDB's own parser, which does not prepare it, and its tree
 * is compared with lists of what is allowed; what is on no list is refused. Values only; safe on any thread.
 */
@NullMarked
package io.dataprism.core.dataset.gate;

import org.jspecify.annotations.NullMarked;
