/**
 * The audit log, from the node's side. {@link io.dataprism.audit.QueuedAuditService} takes lines from any thread into a
 * bounded {@link io.dataprism.audit.AuditQueue}; {@link io.dataprism.audit.AuditVerticle} writes them in groups and answers
 * readers, beside the writer. {@link io.dataprism.audit.ClusterAudit} merges the logs of all nodes, by pages that each reads of its own, and has
 * each verify itself; {@link io.dataprism.audit.AuditHeadExchange} tells others what this node vouches for, and keeps what they tell, so that
 * none can take back what it once wrote. When the queue is full a line is dropped and counted, and the log says how many were. Nobody waits for the disk.
 */
@NullMarked
package io.dataprism.audit;

import org.jspecify.annotations.NullMarked;
