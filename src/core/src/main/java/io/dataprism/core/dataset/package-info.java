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
 * <h2>In a cluster</h2>
 *
 * {@link io.dataprism.core.dataset.Datasets#share} makes the tables those of all nodes. Nothing else changes for who reads: a query sees what
 * the catalog of its own node says, one version of each table.
 *
 * <ul>
 *   <li>A change ({@link io.dataprism.core.dataset.SharedChanges}) is made from the entry that all nodes have: its file goes into the store
 *       here, then to a second node, then the shared entry changes, if it is still the one that the change was made from, then queries of
 *       this node see it. Who loses a race makes the change again on what holds then, out of the same file, or is refused by what holds.
 *   <li>Every node follows the shared entries ({@link io.dataprism.core.dataset.TableFollower}): files first, then the version, whole.
 *       It asks only whether its catalog is what the newest entry says, so that hints may be lost and steps taken twice; of two steps
 *       of one table the one of the older revision does nothing.
 *   <li>A dropped table is an entry too, with the number of its newest version, for ever. A table that a node had alone is offered, if
 *       the cluster never had one of the name.
 *   <li>What cannot be fetched leaves the table as it was, and is among {@link io.dataprism.core.dataset.Datasets#problems}. A table of which
 *       no version is here answers queries with that problem, not with its absence. Files of older versions come last.
 *   <li>{@link io.dataprism.core.dataset.BlobKeeping} deletes what neither the catalog names nor an entry that is on its way here, what nobody
 *       reads and nobody holds; what no table has named yet, only after a time of grace.
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
