/**
 * The audit verticle and {@link io.dataprism.audit.AuditService}.
 */
@NullMarked
package io.dataprism.audit;

import org.jspecify.annotations.NullMarked;
