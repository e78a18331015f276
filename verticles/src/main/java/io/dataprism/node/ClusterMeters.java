package io.dataprism.node;

import io.dataprism.cluster.BusNodeCalls;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The other nodes as this one sees them, and its calls to them. Read by the scraper's thread; nothing blocks. */
final class ClusterMeters {

    private final Members members;
    private final Counter lost;
    private Set<String> known = new HashSet<>();

    private ClusterMeters(MeterRegistry meters, Members members) {
        this.members = members;
        this.lost = Counter.builder("dataprism.cluster.nodes.lost")
                .description("Nodes that are members no more, each time that this happened")
                .register(meters);
    }

    static void register(MeterRegistry meters, Members members, BusNodeCalls calls) {
        ClusterMeters cluster = new ClusterMeters(meters, members);
        members.onChange(cluster::look);
        cluster.look();
        Gauge.builder("dataprism.cluster.members", members, each -> each.all().size())
                .description("Nodes that this one sees, itself included")
                .register(meters);
        Gauge.builder("dataprism.cluster.majority", members, each -> each.hasMajority() ? 1 : 0)
                .description("1 where what is shared may be changed here")
                .register(meters);
        Gauge.builder("dataprism.cluster.draining", members, each -> each.self().draining() ? 1 : 0)
                .description("1 where this node is about to leave")
                .register(meters);
        Gauge.builder("dataprism.cluster.calls.pending", calls, BusNodeCalls::pendingCount)
                .description("Calls to nodes that have not been answered yet")
                .register(meters);
        FunctionCounter.builder("dataprism.cluster.calls.failed", calls, BusNodeCalls::lost)
                .tag("reason", "lost")
                .description("Calls to nodes that got no answer")
                .register(meters);
        FunctionCounter.builder("dataprism.cluster.calls.failed", calls, BusNodeCalls::refused)
                .tag("reason", "refused")
                .description("Calls to nodes that got no answer")
                .register(meters);
    }

    /** On whichever thread has seen the change. */
    private synchronized void look() {
        Set<String> now = members.all().stream().map(Member::id).collect(Collectors.toSet());
        known.removeAll(now);
        lost.increment(known.size());
        known = now;
    }
}
