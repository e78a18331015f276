package io.dataprism.cluster;

import java.util.List;

/** The members of a cluster of one: the node that is alone. */
public final class AloneMembers implements Members {

    private volatile Member self;

    public AloneMembers(Member self) {
        this.self = self;
    }

    /** It has become another: it listens now. */
    public void become(Member changed) {
        self = changed;
    }

    @Override
    public Member self() {
        return self;
    }

    @Override
    public List<Member> all() {
        return List.of(self);
    }

    @Override
    public boolean hasMajority() {
        return true;
    }

    @Override
    public void onChange(Runnable listener) {
        // nobody comes or goes
    }
}
