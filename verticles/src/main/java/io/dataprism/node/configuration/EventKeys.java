package io.dataprism.node.configuration;

import io.dataprism.core.event.EventLog;
import io.dataprism.node.EventConfiguration;
import java.time.Duration;

/** The keys of {@code events}, and those of {@code limits} that are the event log's. */
final class EventKeys {

    private static final int EVENTS_MOST = 10_000_000;
    private static final long EVENT_BYTES_LEAST = 1L << 10;
    private static final long BYTES_LEAST = 1L << 20;
    private static final long BYTES_MOST = 64L << 30;
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(30);

    private EventKeys() {}

    static EventConfiguration events(Section section, Section limits) {
        EventConfiguration absent = EventConfiguration.defaults();
        EventConfiguration found = new EventConfiguration(
                section.flag("durable", absent.durable()),
                new EventLog.Limits(
                        limits.count("eventLogEvents", absent.limits().events(), 1, EVENTS_MOST),
                        limits.bytes("eventLogBytes", absent.limits().bytes(), BYTES_LEAST, BYTES_MOST),
                        limits.duration("eventLogAge", absent.limits().age(), LEAST, LONGEST),
                        (int) limits.bytes(
                                "eventBytes",
                                absent.limits().eventBytes(),
                                EVENT_BYTES_LEAST,
                                EventLog.Limits.EVENT_BYTES_MOST)));
        section.end();
        return found;
    }
}
