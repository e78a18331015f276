package io.dataprism.node;

import io.dataprism.cluster.blob.BlobCounters;
import io.dataprism.cluster.blob.TableVersions;
import io.dataprism.cluster.event.RingCounts;
import io.dataprism.cluster.member.JoinedCluster;
import io.dataprism.cluster.shared.SharedCounters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** What a node in a cluster keeps together with others, counted. Read by the scraper's thread; nothing blocks. */
final class SharedMeters {

    private final MeterRegistry meters;

    SharedMeters(MeterRegistry meters) {
        this.meters = meters;
    }

    void register(SharedCounters maps) {
        new Series<>("entries", "Values in the shared maps, by what became of them on this node", maps)
                .outcome("taken", each -> each.taken().get())
                .outcome("offered", each -> each.offered().get())
                .outcome("conflict", each -> each.conflicts().get())
                .outcome("refused", each -> each.refused().get())
                .outcome("unverifiable", each -> each.unverifiable().get());
        new Series<>(
                        "hints.dropped",
                        "Changes of shared maps told of while too many waited; the next look finds them",
                        maps)
                .all(each -> each.hintsDropped().get());
        new Series<>("looks.failed", "Looks at a whole shared map that did not come to their end", maps)
                .all(each -> each.looksFailed().get());
    }

    void register(BlobCounters files) {
        new Series<>("files", "Files, or pieces of them, between this node and others, by what became of them", files)
                .outcome("fetched", BlobCounters::fetched)
                .outcome("resumed", BlobCounters::resumed)
                .outcome("rejected", BlobCounters::rejected)
                .outcome("nowhere", BlobCounters::nowhere)
                .outcome("sent", BlobCounters::sent)
                .outcome("busy", BlobCounters::busy)
                .outcome("stranger", BlobCounters::strangers);
        new Series<>("files.fetched.bytes", "Bytes that came here from other nodes", files)
                .all(BlobCounters::fetchedBytes);
    }

    void register(RingCounts rings) {
        new Series<>("events.items", "What this node read in the rings of events and did not show as it was", rings)
                .outcome("forged", RingCounts::forged)
                .outcome("stale", RingCounts::stale)
                .outcome("again", RingCounts::again)
                .outcome("lost", RingCounts::lost)
                .outcome("rolled-back", RingCounts::rolledBack);
        new Series<>("events.refused", "Events that are in no ring, or of which that is not known", rings)
                .outcome("overloaded", RingCounts::overloaded)
                .outcome("no-majority", RingCounts::noMajority)
                .outcome("unknown", RingCounts::unknown);
        new Series<>("events.groups", "Groups of events that this node put into rings", rings).all(RingCounts::groups);
        new Series<>("events.groups.retried", "Groups of events that had to be put into rings again", rings)
                .all(RingCounts::retried);
    }

    void register(TableVersions versions) {
        new Series<>("tables.late", "Times that a node did not come to show a change of a table in time", versions)
                .all(TableVersions::late);
    }

    void register(JoinedCluster joined) {
        new Series<>(
                        "states.forged",
                        "What was said in another node's name without the cluster's key, and ignored",
                        joined)
                .all(JoinedCluster::forgedStates);
    }

    /** Counters of one name, read of one thing. */
    private final class Series<T> {

        private final String name;
        private final String description;
        private final T counted;

        Series(String name, String description, T counted) {
            this.name = "dataprism.cluster." + name;
            this.description = description;
            this.counted = counted;
        }

        Series<T> outcome(String outcome, ToDoubleFunction<T> count) {
            builder(count).tag("outcome", outcome).register(meters);
            return this;
        }

        void all(ToDoubleFunction<T> count) {
            builder(count).register(meters);
        }

        private FunctionCounter.Builder<T> builder(ToDoubleFunction<T> count) {
            return FunctionCounter.builder(name, counted, count).description(description);
        }
    }
}
