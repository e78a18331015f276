package io.dataprism.node;

import io.dataprism.cluster.blob.BlobCounters;
import io.dataprism.cluster.blob.TableVersions;
import io.dataprism.cluster.event.RingCounts;
import io.dataprism.cluster.member.JoinedCluster;
import io.dataprism.cluster.shared.SharedCounters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What a node in a cluster keeps together with others, counted. Read by the scraper's thread; nothing blocks. */
final class SharedMeters {

    private static final String ENTRIES = "Values in the shared maps, by what became of them on this node";
    private static final String FILES =
            "Files, or pieces of them, between this node and others, by what became of them";
    private static final String ITEMS = "What this node read in the rings of events and did not show as it was";
    private static final String REFUSED =
            "Events that this node did not put into a ring, or does not know whether it has";

    private final MeterRegistry meters;

    SharedMeters(MeterRegistry meters) {
        this.meters = meters;
    }

    void register(SharedCounters maps) {
        entries(maps, "taken", SharedCounters::taken);
        entries(maps, "offered", SharedCounters::offered);
        entries(maps, "conflict", SharedCounters::conflicts);
        entries(maps, "refused", SharedCounters::refused);
        entries(maps, "unverifiable", SharedCounters::unverifiable);
        FunctionCounter.builder("dataprism.cluster.hints.dropped", maps.hintsDropped(), AtomicLong::get)
                .description("Changes of shared maps that were told of while too many waited, found by the next look")
                .register(meters);
        FunctionCounter.builder("dataprism.cluster.looks.failed", maps.looksFailed(), AtomicLong::get)
                .description("Looks at a whole shared map that did not come to their end")
                .register(meters);
    }

    void register(BlobCounters files) {
        counter("dataprism.cluster.files", "fetched", FILES, files, BlobCounters::fetched);
        counter("dataprism.cluster.files", "resumed", FILES, files, BlobCounters::resumed);
        counter("dataprism.cluster.files", "rejected", FILES, files, BlobCounters::rejected);
        counter("dataprism.cluster.files", "nowhere", FILES, files, BlobCounters::nowhere);
        counter("dataprism.cluster.files", "sent", FILES, files, BlobCounters::sent);
        counter("dataprism.cluster.files", "busy", FILES, files, BlobCounters::busy);
        counter("dataprism.cluster.files", "stranger", FILES, files, BlobCounters::strangers);
        FunctionCounter.builder("dataprism.cluster.files.fetched.bytes", files, BlobCounters::fetchedBytes)
                .description("Bytes that came here from other nodes")
                .register(meters);
    }

    void register(RingCounts rings) {
        counter("dataprism.cluster.events.items", "forged", ITEMS, rings, RingCounts::forged);
        counter("dataprism.cluster.events.items", "stale", ITEMS, rings, RingCounts::stale);
        counter("dataprism.cluster.events.items", "again", ITEMS, rings, RingCounts::again);
        counter("dataprism.cluster.events.items", "lost", ITEMS, rings, RingCounts::lost);
        counter("dataprism.cluster.events.items", "rolled-back", ITEMS, rings, RingCounts::rolledBack);
        counter("dataprism.cluster.events.refused", "overloaded", REFUSED, rings, RingCounts::overloaded);
        counter("dataprism.cluster.events.refused", "no-majority", REFUSED, rings, RingCounts::noMajority);
        counter("dataprism.cluster.events.refused", "unknown", REFUSED, rings, RingCounts::unknown);
        FunctionCounter.builder("dataprism.cluster.events.groups", rings, RingCounts::groups)
                .description("Groups of events that this node put into rings")
                .register(meters);
        FunctionCounter.builder("dataprism.cluster.events.groups.retried", rings, RingCounts::retried)
                .description("Groups of events that had to be put into rings again")
                .register(meters);
    }

    void register(TableVersions versions) {
        FunctionCounter.builder("dataprism.cluster.tables.late", versions, TableVersions::late)
                .description("Times that a node did not come to show a change of a table in time")
                .register(meters);
    }

    void register(JoinedCluster joined) {
        FunctionCounter.builder("dataprism.cluster.states.forged", joined, JoinedCluster::forgedStates)
                .description("What was said in another node's name without the cluster's key, and was ignored")
                .register(meters);
    }

    private void entries(SharedCounters maps, String outcome, Function<SharedCounters, AtomicLong> count) {
        counter("dataprism.cluster.entries", outcome, ENTRIES, count.apply(maps), AtomicLong::get);
    }

    private <T> void counter(String name, String outcome, String description, T counted, ToDoubleFunction<T> count) {
        FunctionCounter.builder(name, counted, count)
                .tag("outcome", outcome)
                .description(description)
                .register(meters);
    }
}
