package io.dataprism.core.stream;

/**
 * Where a piece of a unit belongs, for units that are too large for one message. The pieces of a unit are sent in order, and before
 * the next unit's.
 *
 * @param sequence the unit's number in its stream, from 0
 * @param index the piece's number in its unit, from 0
 * @param count of the unit's pieces, at least 1
 * @param totalBytes of all pieces of the unit together
 * @param lengthBytes of this one, at least 1
 */
public record Piece(long sequence, int index, int count, int totalBytes, int lengthBytes) {}
