package io.dataprism.cluster.member;

import com.hazelcast.config.Config;
import com.hazelcast.core.LifecycleEvent;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vert.x's part in the cluster, which is told of merges as others are. What it does then reaches other nodes and may fail; Hazelcast would
 * tell nobody after it, and this node would wait for the end of the merge for ever.
 */
final class GuardedClusterManager extends HazelcastClusterManager {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedClusterManager.class);

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
}
