/**
 * The audit log of a node: an append-only file of JSON lines, {@code <data-dir>/audit/audit.jsonl}, in which every line
 * carries the hash of the line before it, and a checkpoint that names the newest line, signed with the node's key.
 *
 * <p>What is found by {@link io.dataprism.core.audit.AuditVerifier}: a line that was changed, removed, moved, put in, cut off
 * or added. What is not, by the log alone: one rolled back together with its checkpoint, or rewritten by someone who holds the node's
 * private key. Against that, nodes tell each other their newest lines: {@link io.dataprism.core.audit.AuditHeads} are what a node keeps of
 * others, and a log that does not have what it once told is found.
 *
 * <p>{@link io.dataprism.core.audit.AuditCursor} is how far the logs of all nodes have been read.
 *
 * <p>{@link io.dataprism.core.audit.AuditLog} writes, blocks on the disk and is used by one thread at a time; the readers open
 * the file anew, block too, and may run beside the writer. Failures of the disk are {@link java.io.UncheckedIOException}.
 */
@NullMarked
package io.dataprism.core.audit;

import org.jspecify.annotations.NullMarked;
