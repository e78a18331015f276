package io.dataprism.load.node;

import com.hazelcast.config.Config;
import io.dataprism.load.child.Answers;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The process of one member of a cluster of two on the loopback. Arguments: the port that the grid listens on, the port of the first
 * member, and, for the one that has the engine, a data folder. Questions: {@code load} with {@code file}; {@code flux}: a statement.
 */
public final class ClusterNode {

    private static final long JOIN_LIMIT_SECONDS = 60;

    private ClusterNode() {}

    public static void main(String[] arguments) throws Exception {
        Vertx vertx = join(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        if (arguments.length > 2) {
            withEngine(vertx, Path.of(arguments[2]));
        } else {
            BufferAllocator allocator = new RootAllocator();
            serve(new NodeUnderTest(vertx, "reader", allocator), null);
        }
        System.exit(0);
    }

    /** Becomes a member on the loopback. @param first port of the first member */
    static Vertx join(int port, int first) throws Exception {
        System.setProperty("hazelcast.logging.type", "slf4j");
        System.setProperty("hazelcast.phone.home.enabled", "false");
        return Vertx.builder()
                .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
                .withClusterManager(new HazelcastClusterManager(grid(port, first)))
                .buildClustered()
                .toCompletionStage()
                .toCompletableFuture()
                .get(JOIN_LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static Config grid(int port, int first) {
        Config config = ConfigUtil.loadConfig();
        config.setClusterName("dataprism-bench-" + first);
        config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(true).addMember("127.0.0.1:" + first);
        return config;
    }

    private static void withEngine(Vertx vertx, Path data) throws Exception {
        try (EngineUnderTest engine = EngineUnderTest.open(data)) {
            NodeUnderTest node =
                    new NodeUnderTest(vertx, "engine", engine.engine().allocator());
            node.addEngine(engine);
            serve(node, engine);
        }
    }

    private static void serve(NodeUnderTest node, @Nullable EngineUnderTest engine) throws Exception {
        Answers.serve(Map.of(), question -> {
            String table = question.get("load");
            if (table != null && engine != null) {
                engine.load(table, Path.of(question.getOrDefault("file", "")));
                return Map.of();
            }
            return Answers.of(node.read(question.getOrDefault("flux", "")));
        });
        node.close();
    }
}
