package io.dataprism.node;

import io.dataprism.event.PublishRates;
import io.dataprism.gateway.Sessions;
import io.dataprism.gateway.connection.Connections;
import io.dataprism.gateway.live.LiveConnections;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What is open to clients, and what they were refused. Read by the scraper's thread; nothing blocks. */
record ConnectionMeters(
        MeterRegistry meters, Connections connections, LiveConnections live, Sessions sessions, PublishRates rates) {

    void register() {
        Gauge.builder("dataprism.connections.open", connections, Connections::count)
                .description("Connections of clients, those that are being refused included")
                .register(meters);
        connections
                .refused()
                .forEach((reason, count) -> FunctionCounter.builder(
                                "dataprism.connections.refused", count, each -> each.getAsLong())
                        .description("Connections for which there was no room")
                        .tag("reason", reason)
                        .register(meters));
        connections
                .ended()
                .forEach((reason, count) -> FunctionCounter.builder(
                                "dataprism.connections.ended", count, each -> each.getAsLong())
                        .description("Connections that the node has closed because of how they were used")
                        .tag("reason", reason)
                        .register(meters));
        Gauge.builder("dataprism.live.open", live, LiveConnections::count)
                .description("Event streams, streams of logs and WebSockets")
                .register(meters);
        FunctionCounter.builder("dataprism.live.refused", live, LiveConnections::refused)
                .description("Those whose user had as many as one may have")
                .register(meters);
        Gauge.builder("dataprism.sessions.open", sessions, Sessions::count)
                .description("Sessions of browsers")
                .register(meters);
        FunctionCounter.builder("dataprism.sessions.refused", sessions, Sessions::refused)
                .description("Sessions for which there was no room")
                .register(meters);
        FunctionCounter.builder("dataprism.events.publishes.refused", rates, PublishRates::refused)
                .description("Events of users who published too many in a second")
                .register(meters);
    }
}
