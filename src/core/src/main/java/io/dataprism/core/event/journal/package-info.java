/**
 * Records on disk: appended, numbered without a hole, and given up from the old end. It knows nothing of what they mean.
 *
 * <p>{@link io.dataprism.core.event.journal.Journal} keeps them in segments, files of one folder that begin with a head and grow
 * to a bound; old segments are deleted whole. A group of records is written and forced to the disk together, or is not there:
 * what was written of a group that failed is cut off again. {@link io.dataprism.core.event.journal.Frame} is how one record lies
 * in a file, under a checksum.
 *
 * <p>Opening reads everything and tells two things apart. What a crash tore was never acknowledged, lies at the end, and is cut
 * off. Anything else that cannot be read is damage: it is logged, the records before and behind it are told with their
 * numbers, so that whoever reads sees the hole, and no record is ever told that is not the one that was written. Where the end is missing of what
 * was acknowledged, as a mark beside the segments knows, that is told too.
 *
 * <p>One thread at a time. Everything blocks on the disk and fails with {@code IOException}, after which the journal is as it was
 * before and may be asked again. The folder is nobody else's; whoever opens it holds the lock of the data folder around it.
 */
@NullMarked
package io.dataprism.core.event.journal;

import org.jspecify.annotations.NullMarked;
