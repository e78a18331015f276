package io.dataprism.cluster.blob;

import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Members that a test names. */
final class FixedMembers implements Members {

    private final String self;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile List<Member> all;

    FixedMembers(String self, Member... all) {
        this.self = self;
        this.all = sorted(List.of(all));
    }

    static Member member(String id, String peer) {
        return new Member(id, id + "-1", "", Set.of(Role.values()), Map.of(), "0.1.0", true, peer, false);
    }

    private static List<Member> sorted(List<Member> members) {
        List<Member> sorted = new ArrayList<>(members);
        sorted.sort(Comparator.comparing(Member::id));
        return List.copyOf(sorted);
    }

    void become(List<Member> members) {
        all = sorted(members);
        listeners.forEach(Runnable::run);
    }

    @Override
    public Member self() {
        return all.stream().filter(each -> each.id().equals(self)).findFirst().orElseGet(() -> member(self, null));
    }

    @Override
    public List<Member> all() {
        return all;
    }

    @Override
    public boolean hasMajority() {
        return true;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }
}
