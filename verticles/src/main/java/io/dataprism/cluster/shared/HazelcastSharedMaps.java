package io.dataprism.cluster.shared;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionOn;
import io.dataprism.cluster.member.MemberWatch;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.cluster.SharedMaps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shared maps of a node that is in a cluster. {@link #configure} before Hazelcast starts, {@link #open} once it has joined, and close it
 * before Hazelcast shuts down. Opening and asking for a map for the first time block.
 */
public final class HazelcastSharedMaps implements SharedMaps, AutoCloseable {

    /** How long between two looks at everything. */
    public static final Duration PERIOD = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(HazelcastSharedMaps.class);
    private static final String PREFIX = "dataprism.shared.";
    private static final String ROSTER = "roster";
    private static final String PROTECTION = "dataprism-majority";
    private static final String CALL_TIMEOUT = "hazelcast.operation.call.timeout.millis";
    private static final String FAIL_WHEN_UNCLEAR = "hazelcast.operation.fail.on.indeterminate.state";
    private static final int BACKUPS = 2;

    /** What every node has a copy of, whether or not it uses it. */
    private static final List<String> SPACES =
            List.of("admins", "catalog", "notes", "progress", "sessions", "storage", "tables", "tokens");

    private final HazelcastInstance hazelcast;
    private final Seals seals;
    private final Path folder;
    private final SharedContext context;
    private final Complaints complaints = new Complaints();
    private final Map<String, HazelcastSharedMap> maps = new ConcurrentHashMap<>();
    private final UUID lifecycleListener;
    private final UUID lossListener;

    private HazelcastSharedMaps(
            MemberWatch watch, Path dataDirectory, BooleanSupplier majority, Supplier<String> sight) {
        this.hazelcast = watch.hazelcast();
        this.seals =
                (Seals) Objects.requireNonNull(hazelcast.getUserContext().get(Seals.CONTEXT), "configure comes first");
        this.folder = dataDirectory.resolve("shared");
        SharedCounters counters = new SharedCounters();
        Offers offers = new Offers(hazelcast, seals, majority);
        this.context = new SharedContext(
                watch,
                majority,
                new Refusals(sight),
                counters,
                new SharedThread(this::look, counters.hintsDropped()),
                offers);
        this.lifecycleListener = hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleState.MERGED) {
                offers.reset();
                context.thread().lookSoon();
            }
        });
        this.lossListener = hazelcast
                .getPartitionService()
                .addPartitionLostListener(event -> context.thread().lookSoon());
    }

    /**
     * Says how Hazelcast keeps what is shared: on three nodes, changed only where there is a majority, merged by the order of values.
     *
     * @param majority whether this node sees most of the nodes; asked once in a heartbeat, and must not block
     */
    public static void configure(Config config, ClusterKey key, BooleanSupplier majority) {
        config.getUserContext().put(Seals.CONTEXT, new Seals(key));
        config.getSerializationConfig().addDataSerializableFactory(SharedTypes.FACTORY, new SharedTypes());
        SplitBrainProtectionConfig protection = new SplitBrainProtectionConfig(PROTECTION, true);
        protection
                .setProtectOn(SplitBrainProtectionOn.WRITE)
                .setFunctionImplementation(members -> majority.getAsBoolean());
        config.addSplitBrainProtectionConfig(protection);
        config.addMapConfig(new MapConfig(PREFIX + "*")
                .setBackupCount(BACKUPS)
                .setAsyncBackupCount(0)
                .setInMemoryFormat(InMemoryFormat.BINARY)
                .setSplitBrainProtectionName(PROTECTION)
                .setMergePolicyConfig(new MergePolicyConfig().setPolicy(HighestRevision.class.getName())));
        setWhereUnset(config, CALL_TIMEOUT, "10000");
        setWhereUnset(config, FAIL_WHEN_UNCLEAR, "true");
    }

    private static void setWhereUnset(Config config, String property, String value) {
        if (config.getProperty(property) == null) {
            config.setProperty(property, value);
        }
    }

    /**
     * Reads what is on disk, brings it to the others, takes what they have, and goes on doing so. Blocks.
     *
     * @param watch of a Hazelcast whose configuration went through {@link #configure}
     * @param sight what this node sees, for who is refused: {@code this node sees 1 of 3 nodes; changes need 2}
     * @param roster is given the map {@value #ROSTER}, with what this node's disk has of it, before anything is brought to others: the
     *     majority may be that of the nodes in it
     */
    public static HazelcastSharedMaps open(
            MemberWatch watch,
            Path dataDirectory,
            BooleanSupplier majority,
            Supplier<String> sight,
            Consumer<SharedMap> roster) {
        HazelcastSharedMaps opened = new HazelcastSharedMaps(watch, dataDirectory, majority, sight);
        roster.accept(opened.map(ROSTER));
        SPACES.forEach(opened::map);
        opened.namesOnDisk().forEach(opened::map);
        opened.look();
        opened.context.thread().begin(PERIOD);
        return opened;
    }

    private List<String> namesOnDisk() {
        try (Stream<Path> folders = Files.list(Files.createDirectories(folder))) {
            return folders.filter(Files::isDirectory)
                    .map(each -> each.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("What is shared cannot be read in " + folder, e);
        }
    }

    @Override
    public SharedMap map(String name) {
        HazelcastSharedMap known = maps.get(name);
        return known != null ? known : maps.computeIfAbsent(name, this::openMap);
    }

    private HazelcastSharedMap openMap(String name) {
        seals.use(PREFIX + name);
        HazelcastSharedMap map = new HazelcastSharedMap(
                hazelcast.getMap(PREFIX + name), seals, new CopyFolder(folder.resolve(name)), context);
        look(map);
        return map;
    }

    /** What happened so far. */
    public SharedCounters counters() {
        return context.counters();
    }

    private void look() {
        context.offers().observe();
        boolean all = true;
        for (HazelcastSharedMap map : maps.values()) {
            all &= look(map);
        }
        if (all) {
            try {
                context.offers().mark();
            } catch (SplitBrainProtectionException notYet) {
                context.thread().lookSoon(); // Hazelcast asks for the majority once in a heartbeat
            } catch (RuntimeException failure) {
                failed("what was brought", failure);
            }
        }
    }

    private boolean look(HazelcastSharedMap map) {
        try {
            return map.look();
        } catch (RuntimeException failure) {
            failed(map.name(), failure);
            return false;
        }
    }

    private void failed(String what, RuntimeException failure) {
        context.counters().looksFailed().incrementAndGet();
        if (hazelcast.getLifecycleService().isRunning()) {
            complaints.say("A look at {} did not come to its end, the next one follows: {}", what, failure.toString());
        } else {
            LOG.debug("Hazelcast has ended before the look at {} has", what, failure);
        }
    }

    /** Looks after them no longer; reading goes on. */
    @Override
    public void close() {
        context.thread().close();
        if (hazelcast.getLifecycleService().isRunning()) {
            hazelcast.getLifecycleService().removeLifecycleListener(lifecycleListener);
            hazelcast.getPartitionService().removePartitionLostListener(lossListener);
        }
    }
}
