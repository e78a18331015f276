/**
 * The engine that is DuckDB, in this process, and the datasets that it reads.
 *
 * <p>{@link io.dataprism.core.dataset.DuckDbEngine} is the door. It owns one DuckDB instance, in memory and locked down, and the
 * {@link io.dataprism.core.dataset.Datasets} (immutable Parquet files under their SHA-256 and one catalog file per table).
 * What it shares with other engines is in {@link io.dataprism.core.engine}.
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>A statement reaches DuckDB's planner only after {@link io.dataprism.core.dataset.gate.StatementGate} has read its tree.
 *   <li>A query has one connection of its own. Never are two threads inside one reader at once; the connection alone is closed
 *       from outside, to cancel. A stream without demand holds no thread.
 *   <li>A load makes the next version of a table at once or not at all, also when the process is killed in the middle: its
 *       blob is durable first, then the catalog's file is moved into place within the transaction that changes the view.
 *   <li>A version never changes. The newest {@value io.dataprism.core.dataset.TableEntry#VERSIONS_KEPT} can be read, each with its
 *       own columns; {@code AT (VERSION => n)} becomes a view of the query's own connection. A query finishes on the files that it
 *       began with; they are deleted once no version names them and no query that was open then is left.
 *   <li>An appended table has few files: {@link io.dataprism.core.dataset.Compaction} says when they are written together.
 *   <li>What Parquet cannot keep is kept as text and cast back ({@link io.dataprism.core.dataset.StoredTypes}).
 *   <li>An upload is looked at before native code follows it, where native code would end the process over it
 *       ({@link io.dataprism.core.dataset.UploadCheck}, {@link io.dataprism.core.dataset.ArrowCheck}).
 *   <li>Whatever ends a query frees its connection, its reader and its memory.
 * </ul>
 *
 * <h2>Threads and failure</h2>
 *
 * Public methods may be called on any thread; those that block say so. Every failure is a
 * {@link io.dataprism.core.error.DataPrismException}, with no path of this machine in it.
 */
@NullMarked
package io.dataprism.core.dataset;

import org.jspecify.annotations.NullMarked;
