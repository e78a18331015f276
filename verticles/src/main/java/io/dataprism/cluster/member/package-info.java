/**
 * How a process becomes a member of a cluster: its settings, Hazelcast and the clustered Vert.x made of them, and over these the members that
 * are seen, what they say of themselves, and whether they are the majority.
 *
 * <p>A node that comes back from a cut sees the others before it has given up what it had without them: it has no majority until Hazelcast has
 * joined the two, whatever becomes of Vert.x's part in that ({@code GuardedClusterManager}). Who listens on the bus is known from a map that can
 * bring back nodes that are gone: the bus is not told of them ({@code LivingRegistrations}), and they are taken out again ({@code
 * RegistrationReaper}). Who asks Hazelcast to keep something looks before and after at who is seen ({@code
 * SeenMembers}), and waits for a while after somebody was lost ({@code MemberWatch}).
 *
 * <p>Hazelcast's port asks for no credentials, so a Hazelcast member is a node of ours only when it has put up a word of itself that is sealed
 * with the cluster's key for that very membership. Starting and leaving block; all else does not, and what of Hazelcast's would block is looked
 * at on a thread of its own, {@code cluster-backups}. Hazelcast's threads tell of changes:
 * what listens must not block.
 */
@NullMarked
package io.dataprism.cluster.member;

import org.jspecify.annotations.NullMarked;
