/**
 * Files that are named by their content (packages of plugins, files of tables) on their way between nodes, and what nodes say of the
 * tables that they show.
 *
 * <p>{@link io.dataprism.cluster.blob.BlobServer} sends files over HTTP: with mutual TLS under the cluster's own CA, or plain on loopback,
 * and in both cases to those alone who prove the cluster's key. {@link io.dataprism.cluster.blob.PeerBlobFetcher} brings them here, from
 * whichever node has them, in pieces; what broke is gone on with where it stopped, at the same node or another. A file is believed when all
 * of it has the digest that it was asked for by, and only then gets its name. {@link io.dataprism.cluster.blob.PeerBlobReplicator} has
 * a second node fetch a file before whoever brought it is answered.
 *
 * <h2>When a file is deleted</h2>
 *
 * <p>A file is never deleted while somebody reads it, anywhere, although no node knows the readers of another:
 *
 * <ul>
 *   <li>A node reads its own copies alone, and deletes its own copies alone. So its own readers are all that it must know: queries that
 *       were open when an entry stopped naming a file, which finish on it, and files that are being sent, which are held for as long.
 *   <li>A node deletes a copy when its own tables, and the entries that it has heard of and not carried out yet, no longer name it. A
 *       node that is behind still names it, and still has it.
 *   <li>A node that is behind and has not fetched a file yet may find that it is gone: then a newer entry holds, which it follows
 *       instead. It never needs what the newest entry does not name.
 *   <li>A file that nobody names yet (it was fetched so that two nodes have it, and its entry is on its way) stays for a time of
 *       grace, far longer than an entry can be on its way; whoever asks for it again begins that time anew.
 *   <li>A package that is deleted while it is sent is sent to its end: the operating system keeps what is open.
 * </ul>
 *
 * <h2>Threads and failure</h2>
 *
 * <p>The server lives on an event loop. What fetches and replicates blocks, and is for threads that may; its own requests run on event loops of
 * their own, so that a caller on a worker of Vert.x does not wait for itself. All is bounded: transfers, fetches, pieces, silence and
 * total time ({@link io.dataprism.cluster.blob.BlobLimits}); {@link io.dataprism.cluster.blob.BlobCounters} counts what was
 * refused. A file that no node has is {@code NODE_LOST}, with its kind and digest.
 */
@NullMarked
package io.dataprism.cluster.blob;

import org.jspecify.annotations.NullMarked;
