package io.dataprism.cluster.member;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleEvent;
import io.vertx.core.Completable;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vert.x's part in the cluster. It is told of merges as others are: what it does then reaches other nodes and may fail; Hazelcast would
 * tell nobody after it, and this node would wait for the end of the merge for ever. Before it has done its part others do not know where the
 * bus of this node is, and their answers would be lost: so a merge is over for this node when this part of it is. Of who listens it hears what
 * is true of members alone.
 */
final class GuardedClusterManager extends HazelcastClusterManager {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedClusterManager.class);

    private final Set<String> looking = ConcurrentHashMap.newKeySet();
    private @Nullable LivingRegistrations registrations;
    private volatile boolean merging;
    private volatile Runnable onMerge = () -> {};

    GuardedClusterManager(Config config) {
        super(config);
    }

    /** Whether this node joins the others again just now. Any thread. */
    boolean isMerging() {
        return merging;
    }

    /** Told on a thread of Hazelcast's when that has changed. Once, after it has joined. */
    void onMerge(Runnable listener) {
        onMerge = listener;
    }

    @Override
    public void stateChanged(LifecycleEvent event) {
        if (event.getState() == LifecycleEvent.LifecycleState.MERGING) {
            merging = true;
            onMerge.run();
        }
        try {
            super.stateChanged(event);
        } catch (RuntimeException failure) {
            LOG.warn("The bus could not follow all that happened in the cluster ({})", event.getState(), failure);
        }
        switch (event.getState()) {
            case MERGED, MERGE_FAILED -> {
                merging = false;
                onMerge.run();
            }
            default -> {}
        }
    }

    /** Once, before it joins. */
    @Override
    public void registrationListener(RegistrationListener listener) {
        LivingRegistrations living = new LivingRegistrations(this::getNodes, listener);
        registrations = living;
        super.registrationListener(living);
    }

    private LivingRegistrations registrations() {
        return Objects.requireNonNull(registrations, "the bus says who is to be told before it asks");
    }

    @Override
    public void getRegistrations(String address, Completable<List<RegistrationInfo>> found) {
        super.getRegistrations(address, (all, failure) -> {
            List<RegistrationInfo> living;
            try {
                living = registrations().of(address, all);
            } catch (HazelcastInstanceNotActiveException left) {
                found.fail(left);
                return;
            }
            found.complete(living, failure);
        });
    }

    @Override
    public void memberAdded(MembershipEvent event) {
        super.memberAdded(event);
        lookAgain();
    }

    /** Who was left out may be a member now. Does not block. */
    void lookAgain() {
        for (String address : registrations().hidden()) {
            if (looking.add(address)) {
                super.getRegistrations(address, (all, failure) -> {
                    looking.remove(address);
                    if (all != null) {
                        registrations().lookedAgain(address, all);
                    }
                });
            }
        }
    }
}
