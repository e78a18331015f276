package io.dataprism.stream;

/**
 * What went through an endpoint since its start, and what is open now.
 *
 * @param inbound streams open, consumer's side
 * @param outbound streams open, producer's side
 * @param creditLeft batches that may still be lent to new streams; may be negative when many hold their minimum
 */
public record StreamCounters(int inbound, int outbound, long creditLeft, long batchesSent, long batchesReceived) {}
