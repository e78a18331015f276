package io.dataprism.gateway.live;

import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.SeenEvents;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.TopicPattern;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of the log as {@code {events, cursor, gap?}}; read on with {@code after=cursor}. */
final class EventHistory {

    private static final int PAGE_EVENTS = 1024;
    /** A page ends behind the event that passes this. */
    private static final int ANSWER_BYTES = 8 << 20;

    private final EventLog log;
    private final List<TopicPattern> patterns;
    private final int limit;
    private final Buffer events = Buffer.buffer();
    private int count;
    private @Nullable SeenEvents seen;

    EventHistory(EventLog log, List<TopicPattern> patterns, int limit) {
        this.log = log;
        this.patterns = patterns;
        this.limit = limit;
    }

    /** The oldest events from there on. Fails with {@code REQUEST_INVALID} for a malformed cursor. */
    Buffer from(Start start) {
        EventLog.Place place = log.place(start);
        Gap gap = place.gap();
        String cursor = gap == null ? place.cursor() : gap.to();
        long position = place.position();
        seen = place.seen();
        while (!isFull()) {
            EventLog.Page page = log.read(position, PAGE_EVENTS);
            if (page.trimmed() != null) {
                // trimmed while we read: what we have is told first, the gap to whoever reads on
                String behind = own(page.trimmed(), page.position());
                return count > 0 ? answer(cursor, gap) : answer(behind, widened(gap, cursor, behind));
            }
            if (page.events().isEmpty()) {
                break;
            }
            for (StoredEvent event : page.events()) {
                if (isFull()) {
                    break;
                }
                if (seen == null || !seen.has(event)) {
                    Gap.Reason loss = seen == null ? null : seen.takeLoss();
                    if (loss != null && count > 0) {
                        return answer(cursor, gap);
                    }
                    if (loss != null) {
                        gap = new Gap(gap == null ? cursor : gap.from(), own(event.cursor(), position), loss);
                    }
                    add(event);
                }
                position = event.position() + 1;
                cursor = own(event.cursor(), position);
            }
        }
        return answer(cursor, gap);
    }

    private String own(String shared, long position) {
        return seen == null ? shared : seen.cursor(shared, position);
    }

    private static Gap widened(@Nullable Gap gap, String cursor, String to) {
        return gap == null ? new Gap(cursor, to, Gap.Reason.EXPIRED) : new Gap(gap.from(), to, gap.reason());
    }

    private boolean isFull() {
        return count >= limit || events.length() >= ANSWER_BYTES;
    }

    private void add(StoredEvent event) {
        if (patterns.stream().anyMatch(pattern -> pattern.matches(event.topic()))) {
            events.appendString(count++ == 0 ? "" : ",").appendBytes(event.json());
        }
    }

    private Buffer answer(String cursor, @Nullable Gap gap) {
        Buffer answer = Buffer.buffer(events.length() + 256)
                .appendString("{\"events\":[")
                .appendBuffer(events)
                .appendString("],\"cursor\":\"")
                .appendString(cursor)
                .appendString("\"");
        if (gap != null) {
            JsonObject told = new JsonObject()
                    .put("from", gap.from())
                    .put("to", gap.to())
                    .put("reason", gap.reason().label());
            answer.appendString(",\"gap\":").appendString(told.encode());
        }
        return answer.appendString("}");
    }
}
