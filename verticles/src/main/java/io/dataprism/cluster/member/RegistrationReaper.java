package io.dataprism.cluster.member;

import com.hazelcast.multimap.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes registrations of nodes that are gone out of the bus's map again where they have come back to it. Each node looks at what it owns, and
 * removes what was nobody's at two looks in a row; and it sees to it that the bus hears of whom it was not told, once that is a member. On a
 * worker; one look at a time.
 */
final class RegistrationReaper {

    /** What the bus keeps in Hazelcast: addresses, and who listens there. */
    static final String MAP = "__vertx.subs";

    private static final Logger LOG = LoggerFactory.getLogger(RegistrationReaper.class);
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final GuardedClusterManager manager;
    private Set<String> goneBefore = Set.of();

    private RegistrationReaper(GuardedClusterManager manager) {
        this.manager = manager;
    }

    /** Begins; ends with the Vert.x. @param manager of a node that has joined */
    static void begin(Vertx vertx, GuardedClusterManager manager) {
        new RegistrationReaper(manager).next(vertx);
    }

    private void next(Vertx vertx) {
        vertx.setTimer(
                PERIOD.toMillis(),
                timer -> vertx.executeBlocking(this::look, false)
                        .onFailure(failure -> LOG.debug("Who listens was not looked at, and is next time", failure))
                        .onComplete(done -> next(vertx)));
    }

    /** Answers how many were removed. */
    private synchronized int look() {
        manager.lookAgain();
        MultiMap<String, HazelcastRegistrationInfo> map =
                manager.getHazelcastInstance().getMultiMap(MAP);
        Set<String> gone = new HashSet<>();
        int removed = 0;
        for (String address : map.localKeySet()) {
            for (HazelcastRegistrationInfo each : map.get(address)) {
                String node = each.unwrap().nodeId();
                if (manager.getNodes().contains(node)) {
                    continue;
                }
                gone.add(node);
                if (goneBefore.contains(node) && map.remove(address, each)) {
                    removed++;
                }
            }
        }
        goneBefore = gone;
        if (removed > 0) {
            LOG.info("{} registrations on the bus were of nodes that are gone, and are removed", removed);
        }
        return removed;
    }
}
