package io.dataprism.audit;

import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.NodeStates;
import io.dataprism.core.audit.AuditHead;
import io.dataprism.core.audit.AuditHeads;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other nodes the newest line that this one vouches for, and keeps what they tell of theirs, in section {@value #SECTION}. Deploy one
 * per node, on an event loop, beside the {@link AuditVerticle}: files are written by workers. Told soon after each checkpoint, at most once
 * a second; kept on the disk within five; every 30 s everything is looked at, whatever was heard.
 */
public final class AuditHeadExchange extends VerticleBase {

    static final String SECTION = "audit";

    private static final Logger LOG = LoggerFactory.getLogger(AuditHeadExchange.class);
    private static final long PACE_MILLIS = 1_000;
    private static final long SAVE_MILLIS = 5_000;
    private static final long LOOK_MILLIS = 30_000;

    /** A node that has been silent for so long is not asked for any more: its log is nobody's to find. */
    private static final Duration KNOWN = Duration.ofDays(7);

    private final Path dataDirectory;
    private final Members members;
    private final NodeStates states;
    private final AuditVerticle audit;
    private final InstantSource clock;
    private final AtomicReference<@Nullable AuditHead> own = new AtomicReference<>();
    private final AtomicBoolean telling = new AtomicBoolean();
    private final AtomicBoolean keeping = new AtomicBoolean();
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private volatile AuditHeads kept = new AuditHeads();

    public AuditHeadExchange(
            Path dataDirectory, Members members, NodeStates states, AuditVerticle audit, InstantSource clock) {
        this.dataDirectory = dataDirectory;
        this.members = members;
        this.states = states;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        return vertx.executeBlocking(() -> AuditHeads.ofFolder(dataDirectory)).onSuccess(read -> {
            kept = read;
            audit.onHead(head -> {
                own.set(head);
                tellSoon();
            });
            states.onChange(SECTION, node -> {
                changed.add(node);
                keepSoon();
            });
            vertx.setPeriodic(SAVE_MILLIS, tick -> save());
            vertx.setPeriodic(LOOK_MILLIS, tick -> look());
            look();
        });
    }

    @Override
    public Future<?> stop() {
        audit.onHead(head -> {});
        return keep().eventually(this::save);
    }

    /** What is kept of a node, the oldest first. Any thread. */
    public List<AuditHead> of(String node) {
        return kept.of(node);
    }

    /** Those that are members, and those whose word is kept and not a week old, sorted. Any thread. */
    public List<String> knownNodes() {
        return Stream.concat(members.all().stream().map(Member::id), kept.nodesSeen(clock.instant(), KNOWN).stream())
                .distinct()
                .sorted()
                .toList();
    }

    private void look() {
        tell();
        members.all().forEach(member -> changed.add(member.id()));
        keepSoon();
    }

    private void tellSoon() {
        if (telling.compareAndSet(false, true)) {
            vertx.setTimer(PACE_MILLIS, tick -> {
                telling.set(false);
                tell();
            });
        }
    }

    private void tell() {
        AuditHead head = own.get();
        if (head != null) {
            states.publish(SECTION, AuditMessages.ofHead(head));
        }
    }

    private void keepSoon() {
        if (keeping.compareAndSet(false, true)) {
            vertx.setTimer(PACE_MILLIS, tick -> {
                keeping.set(false);
                keep();
            });
        }
    }

    private Future<Void> keep() {
        List<String> nodes = List.copyOf(changed);
        nodes.forEach(changed::remove);
        String self = members.self().id();
        return context.executeBlocking(() -> {
            for (String node : nodes) {
                AuditHead head = node.equals(self) ? null : AuditMessages.toHead(node, states.of(node, SECTION));
                if (head != null) {
                    kept.keep(head, clock.instant());
                }
            }
            return null;
        });
    }

    private Future<Void> save() {
        return context.executeBlocking(() -> {
            try {
                kept.save(dataDirectory);
            } catch (IOException e) {
                LOG.warn("The heads of other nodes' audit logs could not be kept", e);
            }
            return null;
        });
    }
}
