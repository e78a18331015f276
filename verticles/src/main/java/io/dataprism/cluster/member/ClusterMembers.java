package io.dataprism.cluster.member;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of Hazelcast that have said, under seal, which node they are. Told of by Hazelcast's threads; the list is made anew with each
 * change and read without a lock.
 */
final class ClusterMembers implements Members, MembershipListener {

    /** What a node says of itself as a member. */
    static final String SECTION = "node";

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMembers.class);

    private final HazelcastInstance hazelcast;
    private final HazelcastNodeStates states;
    private final MemberWatch watch;
    private final int quorum;
    private final Supplier<Optional<Set<String>>> roster;
    private final BooleanSupplier merging;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Member self;
    private volatile Seen seen;

    /**
     * @param cluster whom Hazelcast has, whoever they are
     * @param votes of data members on the roster
     */
    private record Seen(
            Set<com.hazelcast.cluster.Member> cluster, List<Member> members, boolean majority, int votes, int known) {}

    /**
     * @param roster the ids of the data members that there are, seen or not; none: nobody was noted yet; empty: it has not been read yet,
     *     and there is no majority before it has
     * @param merging whether this node joins the others again just now; there is no majority until it has. {@link #look} when that changes
     */
    ClusterMembers(
            HazelcastInstance hazelcast,
            HazelcastNodeStates states,
            MemberWatch watch,
            Member self,
            int quorum,
            Supplier<Optional<Set<String>>> roster,
            BooleanSupplier merging) {
        this.hazelcast = hazelcast;
        this.states = states;
        this.watch = watch;
        this.self = self;
        this.quorum = quorum;
        this.roster = roster;
        this.merging = merging;
        this.seen = new Seen(Set.of(), List.of(self), false, 0, 0);
        states.onChange(SECTION, node -> look());
        hazelcast.getCluster().addMembershipListener(this);
    }

    @Override
    public Member self() {
        return self;
    }

    @Override
    public List<Member> all() {
        return seen.members();
    }

    /**
     * Of the members that Hazelcast has at that very moment: what it tells of changes comes after it has acted on them. A node that comes back
     * from a cut sees the others before it has given up what it had without them, and has no majority until then.
     */
    @Override
    public boolean hasMajority() {
        if (merging.getAsBoolean()) {
            return false;
        }
        Seen last = seen;
        try {
            return hazelcast.getCluster().getMembers().equals(last.cluster()) ? last.majority() : now().majority();
        } catch (HazelcastInstanceNotActiveException left) {
            return false;
        }
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** What this node sees, in words. */
    String sight() {
        Seen now = seen;
        return "this node sees " + now.votes() + " of " + now.known() + " data members; changes need "
                + Math.max(quorum, now.known() / 2 + 1);
    }

    /** This node has become another, and says so, before this is back. Blocks. */
    void become(Member changed) {
        self = changed;
        states.publishNow(SECTION, json(changed));
        look();
    }

    @Override
    public void memberAdded(MembershipEvent event) {
        LOG.info("{} has joined", event.getMember().getAddress());
        watch.look(); // so that it is missed when it goes
        look();
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        LOG.info("{} has left", event.getMember().getAddress());
        watch.look(); // which asks what it has said last
        states.gone(event.getMember().getUuid());
        look();
    }

    /** Whether that member of Hazelcast has said that it is about to leave. */
    static boolean isDraining(HazelcastNodeStates states, UUID member) {
        try {
            return states.ofMember(member, SECTION)
                    .map(said -> read(said).draining())
                    .orElse(false);
        } catch (HazelcastInstanceNotActiveException ended) {
            return false;
        }
    }

    /** Makes the list anew, and tells where it is another. Any thread. */
    void look() {
        boolean changed;
        synchronized (this) {
            Seen now;
            try {
                now = now();
            } catch (HazelcastInstanceNotActiveException left) {
                LOG.debug("The cluster has been left");
                return;
            }
            changed = !now.equals(seen);
            if (now.majority() != seen.majority()) {
                LOG.info(
                        now.majority()
                                ? "This node sees {} of {} data members, the majority"
                                : "This node sees {} of {} data members, which is no majority: what is shared stays as it is",
                        now.votes(),
                        now.known());
            }
            seen = now;
        }
        if (changed) {
            for (Runnable listener : listeners) {
                try {
                    listener.run();
                } catch (RuntimeException failure) {
                    LOG.warn("The members have changed, and a listener failed", failure);
                }
            }
        }
    }

    private Seen now() {
        Map<String, Member> byId = new TreeMap<>();
        int unknown = 0;
        Set<com.hazelcast.cluster.Member> cluster =
                Set.copyOf(hazelcast.getCluster().getMembers());
        for (com.hazelcast.cluster.Member each : cluster) {
            Optional<Member> member = each.localMember()
                    ? Optional.of(self)
                    : states.ofMember(each.getUuid(), SECTION).map(ClusterMembers::read);
            member.ifPresent(known -> byId.merge(known.id(), known, ClusterMembers::newer));
            unknown += member.isEmpty() ? 1 : 0;
        }
        LOG.trace("Members that have not said who they are: {}", unknown);
        List<Member> members = new ArrayList<>(byId.values());
        members.sort(Comparator.comparing(Member::id));
        Optional<Set<String>> noted = roster.get();
        Set<String> known = noted.orElse(Set.of());
        long data = members.stream().filter(Member::data).count();
        // before anybody is on the roster, those that are seen are all that there are
        long votes = known.isEmpty()
                ? data
                : members.stream().filter(member -> known.contains(member.id())).count();
        boolean majority = !merging.getAsBoolean()
                && noted.isPresent()
                && data >= quorum
                && (known.isEmpty() || 2 * votes > known.size());
        return new Seen(
                cluster,
                List.copyOf(members),
                majority,
                (int) votes,
                Math.max(known.isEmpty() ? (int) votes : known.size(), quorum));
    }

    /** Of two processes that say that they are one node, for a moment after a restart. */
    private static Member newer(Member one, Member other) {
        return one.incarnation().compareTo(other.incarnation()) >= 0 ? one : other;
    }

    static JsonObject json(Member member) {
        return new JsonObject()
                .put("id", member.id())
                .put("incarnation", member.incarnation())
                .put("address", member.address())
                .put(
                        "roles",
                        new JsonArray(
                                member.roles().stream().map(Role::name).sorted().toList()))
                .put("labels", new JsonObject(new LinkedHashMap<>(member.labels())))
                .put("version", member.version())
                .put("data", member.data())
                .put("peer", member.peer())
                .put("draining", member.draining());
    }

    static Member read(JsonObject json) {
        Map<String, String> labels = new LinkedHashMap<>();
        json.getJsonObject("labels").forEach(label -> labels.put(label.getKey(), String.valueOf(label.getValue())));
        return new Member(
                json.getString("id"),
                json.getString("incarnation"),
                json.getString("address"),
                json.getJsonArray("roles").stream()
                        .map(role -> Role.valueOf(String.valueOf(role)))
                        .collect(Collectors.toSet()),
                labels,
                json.getString("version"),
                json.getBoolean("data"),
                json.getString("peer"),
                json.getBoolean("draining"));
    }
}
