/**
 * Results as bytes: Arrow record batches written as an Arrow IPC stream, NDJSON, CSV, JSON or server-sent events, by the
 * value rules of the contract; the pieces of a Parquet file put together; bodies packed; Arrow types as the engine's names of
 * types; and uploaded Arrow streams read back as checked batches.
 *
 * <h2>Values where the contract is silent</h2>
 *
 * <ul>
 *   <li>BIT is its bits as a text, {@code "101"}; BIGNUM a number with every digit; UUID a text of 36 characters.
 *   <li>TIME WITH TIME ZONE is {@code "12:30:00.000000+05:30"}, with seconds of the offset where it has any.
 *   <li>TIMESTAMP_NS and TIME_NS have nine digits behind the point, all others six.
 *   <li>Infinite dates and timestamps are {@code "infinity"} and {@code "-infinity"}. Years below 0 and above 9999 have a sign,
 *       and year 0 is the one before 1, as in ISO 8601.
 *   <li>JSON and VARIANT are texts that hold JSON; GEOMETRY is the base64 of its well-known binary.
 *   <li>UNION is the value of the member that is set.
 *   <li>INTERVAL has at most 2,562,046 hours beside its months and days: more fails the query, for no batch can carry it.
 *   <li>In Arrow, what has no Arrow type travels as {@link io.dataprism.core.format.LogicalType} says; ENUM as its texts. Infinite dates are the
 *       largest and the second smallest 32-bit day, infinite timestamps the same with 64 bits.
 * </ul>
 *
 * <p>A {@link io.dataprism.core.format.ResultWriter} is made once for each result and used by one thread at a time. It
 * writes slices of a batch into a {@link io.dataprism.core.format.ByteSink}, so that nobody holds a thread or memory for longer
 * than a slice. Nothing here blocks, except {@link io.dataprism.core.format.ArrowUpload} and
 * {@link io.dataprism.core.format.ArrowFraming}, which read files.
 */
@NullMarked
package io.dataprism.core.format;

import org.jspecify.annotations.NullMarked;
