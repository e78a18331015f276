package io.dataprism.node.configuration;

import io.dataprism.core.event.EventLog;
import io.dataprism.node.EventConfiguration;
import java.time.Duration;

/** The keys of {@code events}. */
final class EventKeys {

    private static final int EVENTS_MOST = 10_000_000;
    private static final long BYTES_LEAST = 1L << 20;
    private static final long BYTES_MOST = 64L << 30;
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(30);

    private EventKeys() {}

    static EventConfiguration events(Section section) {
        EventConfiguration absent = EventConfiguration.defaults();
        EventConfiguration found = new EventConfiguration(
                section.flag("durable", absent.durable()),
                new EventLog.Limits(
                        section.count("keepEvents", absent.limits().events(), 1, EVENTS_MOST),
                        section.bytes("keepBytes", absent.limits().bytes(), BYTES_LEAST, BYTES_MOST),
                        section.duration("keepFor", absent.limits().age(), LEAST, LONGEST)));
        section.end();
        return found;
    }
}
