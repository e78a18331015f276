package io.dataprism.node;

import io.dataprism.core.engine.QueryEngine;
import io.dataprism.core.event.Gap;
import io.dataprism.event.EventFeed;
import io.dataprism.stream.BusStreamEndpoint;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The gauges of a node: what is open, lent and held now. Read by the scraper's thread; nothing blocks.
 *
 * @param engine null: it has none
 */
record NodeMeters(MeterRegistry meters, @Nullable QueryEngine engine, BusStreamEndpoint streams, EventFeed feed) {

    void register() {
        if (engine != null) {
            registerEngine(engine);
        }
        Gauge.builder("dataprism.streams.open", streams, each -> each.counters().inbound())
                .description("Streams of batches that end on this node")
                .register(meters);
        Gauge.builder(
                        "dataprism.streams.credit.left",
                        streams,
                        each -> each.counters().creditLeft())
                .description("Batches that may still be lent to streams")
                .register(meters);
        Gauge.builder("dataprism.events.subscriptions", feed, EventFeed::subscriptionCount)
                .description("Subscriptions on this node")
                .register(meters);
        Gauge.builder("dataprism.events.kept", feed, each -> each.log().size())
                .description("Events in the log")
                .register(meters);
        Gauge.builder("dataprism.events.kept.bytes", feed, each -> each.log().weightBytes())
                .description("Bytes of the events in the log")
                .baseUnit("bytes")
                .register(meters);
        registerDelivery();
        registerDisk();
    }

    private void registerEngine(QueryEngine of) {
        Gauge.builder("dataprism.queries.open", of, each -> each.counters().open())
                .description("Queries that are queued, running or parked")
                .register(meters);
        Gauge.builder(
                        "dataprism.engine.workers.busy",
                        of,
                        each -> each.counters().busyWorkers())
                .description("Threads that are inside the engine")
                .register(meters);
        Gauge.builder(
                        "dataprism.engine.queries.waiting",
                        of,
                        each -> each.counters().waiting())
                .description("Queries that wait for a worker")
                .register(meters);
        FunctionCounter.builder(
                        "dataprism.engine.queries.refused",
                        of,
                        each -> each.counters().refused())
                .description("Queries that were not admitted")
                .register(meters);
        FunctionCounter.builder(
                        "dataprism.engine.restarts", of, each -> each.counters().restarts())
                .description("Times that the engine gave up and was started anew")
                .register(meters);
        Gauge.builder(
                        "dataprism.engine.arrow.bytes",
                        of,
                        each -> each.allocator().getAllocatedMemory())
                .description("Bytes of Arrow batches that left the engine and are not freed")
                .baseUnit("bytes")
                .register(meters);
    }

    private void registerDisk() {
        Gauge.builder(
                        "dataprism.events.waiting",
                        feed,
                        each -> each.log().diskState().waiting())
                .description("Events that wait for the disk or for other nodes")
                .register(meters);
        Gauge.builder(
                        "dataprism.events.disk.bytes",
                        feed,
                        each -> each.log().diskState().bytes())
                .description("Bytes of events on the disk")
                .baseUnit("bytes")
                .register(meters);
        FunctionCounter.builder(
                        "dataprism.events.refused",
                        feed,
                        each -> each.log().diskState().refused())
                .description("Events that the disk or other nodes did not take")
                .register(meters);
    }

    private void registerDelivery() {
        Gauge.builder("dataprism.events.lag", feed, EventFeed::lag)
                .description("Events between the slowest subscription and the newest event")
                .register(meters);
        counter("dataprism.events.encoded", "Events that were encoded, each once", EventFeed::encoded);
        counter("dataprism.events.framed", "Frames that were made of them, for all who share one", EventFeed::framed);
        counter("dataprism.events.delivered", "Events that were written to subscribers", EventFeed::delivered);
        counter("dataprism.events.delivered.bytes", "Bytes of those", EventFeed::deliveredBytes);
        counter("dataprism.events.dropped", "Events that subscribers lost because they were slow", EventFeed::dropped);
        for (Gap.Reason reason : Gap.Reason.values()) {
            FunctionCounter.builder("dataprism.events.gaps", feed, each -> each.gaps(reason))
                    .tag("reason", reason.label())
                    .description("Gaps that subscribers were told of")
                    .register(meters);
        }
    }

    private void counter(String name, String description, ToDoubleFunction<EventFeed> count) {
        FunctionCounter.builder(name, feed, count).description(description).register(meters);
    }
}
