/**
 * Results as bytes: Arrow record batches written as an Arrow IPC stream, NDJSON, CSV, JSON or server-sent events, by the
 * value rules of the contract; Arrow types as the engine's names of types; and uploaded Arrow streams read back as checked
 * batches.
 *
 * <p>A {@link io.dataprism.core.format.ResultWriter} is made once for each result and used by one thread at a time. It
 * writes slices of a batch into a {@link io.dataprism.core.format.ByteSink}, so that nobody holds a thread or memory for longer
 * than a slice. Nothing here blocks, except {@link io.dataprism.core.format.ArrowUpload} and
 * {@link io.dataprism.core.format.ArrowFraming}, which read files.
 */
@NullMarked
package io.dataprism.core.format;

import org.jspecify.annotations.NullMarked;
