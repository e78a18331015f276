/**
 * The audit log, from the node's side. {@link io.dataprism.audit.QueuedAuditService} takes lines from any thread into a
 * bounded {@link io.dataprism.audit.AuditQueue}; {@link io.dataprism.audit.AuditVerticle} writes them in groups and answers
 * queries. When the queue is full a line is dropped and counted, and the log says how many were. Nobody waits for the disk.
 */
@NullMarked
package io.dataprism.audit;

import org.jspecify.annotations.NullMarked;
