/**
 * Frames between host and child: the same code on both sides. {@link io.dataprism.sandbox.frame.Link} reads and writes them and
 * hands each to the {@link io.dataprism.sandbox.frame.Exchange} that its id names.
 *
 * <p>A frame is {@code u32 length, u8 type, i64 id, payload}, big-endian; the length counts what follows it. An id names an
 * exchange: even ones are opened by the host, odd ones by the child, 0 is the link itself. The parser is strict: an unknown
 * type, a length that the type does not allow, a frame for an exchange that never was, end the link with a reason.
 *
 * <p>Threads: one reader and one writer per link; small frames are written by whoever sends them, while nobody else writes. On
 * the host's side that never blocks; a child that sends may wait for a host that does not read. The queue is bounded, and a peer that
 * lets it fill has failed.
 */
@NullMarked
package io.dataprism.sandbox.frame;

import org.jspecify.annotations.NullMarked;
