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
 * tell nobody after it, and this node would wait for the end of the merge for ever. Of who listens it hears what is true of members alone.
 */
final class GuardedClusterManager extends HazelcastClusterManager {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedClusterManager.class);

    private final Set<String> looking = ConcurrentHashMap.newKeySet();
    private @Nullable LivingRegistrations registrations;

    GuardedClusterManager(Config config) {
        super(config);
    }

    @Override
    public void stateChanged(LifecycleEvent event) {
        try {
            super.stateChanged(event);
        } catch (RuntimeException failure) {
            LOG.warn("The bus could not follow all that happened in the cluster ({})", event.getState(), failure);
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
