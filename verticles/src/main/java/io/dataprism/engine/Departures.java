package io.dataprism.engine;

import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Who waits for another node hears at once that it has left, or has begun anew: the bus would wait for a timeout. Any thread. */
final class Departures {

    private final Members members;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    Departures(Members members) {
        this.members = members;
        members.onChange(() -> watches.forEach(Watch::look));
    }

    /** Somebody who waits. */
    final class Watch implements AutoCloseable {
        private final Member node;
        private final Runnable gone;
        private final AtomicBoolean over = new AtomicBoolean();

        private Watch(Member node, Runnable gone) {
            this.node = node;
            this.gone = gone;
        }

        private void look() {
            boolean there = members.find(node.id())
                    .filter(now -> now.incarnation().equals(node.incarnation()))
                    .isPresent();
            if (!there && over.compareAndSet(false, true)) {
                watches.remove(this);
                gone.run();
            }
        }

        /** Nobody waits any more. */
        @Override
        public void close() {
            over.set(true);
            watches.remove(this);
        }
    }

    /** @param gone called once, on any thread, when the node is there no more; it must not block */
    Watch watch(Member node, Runnable gone) {
        Watch watch = new Watch(node, gone);
        watches.add(watch);
        watch.look();
        return watch;
    }
}
