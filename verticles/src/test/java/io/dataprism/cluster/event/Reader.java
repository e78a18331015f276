package io.dataprism.cluster.event;

import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.SeenEvents;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A subscriber of everything that reads by hand, as subscriptions do, and may go on at another node. */
final class Reader {

    final List<String> texts = new ArrayList<>();
    final List<Gap> gaps = new ArrayList<>();
    private EventLog log;
    private long position;
    private String cursor;
    private @Nullable SeenEvents seen;

    Reader(EventLog log, Start start) {
        this.log = log;
        EventLog.Place place = log.place(start);
        this.position = place.position();
        this.cursor = place.cursor();
        at(place);
    }

    private void at(EventLog.Place place) {
        position = place.position();
        cursor = place.cursor();
        seen = place.seen();
        if (place.gap() != null) {
            gaps.add(place.gap());
            cursor = place.gap().to();
        }
    }

    String cursor() {
        return cursor;
    }

    void moveTo(EventLog other) {
        log = other;
        at(other.place(new Start.After(cursor)));
    }

    /** Reads at most so many positions; whether there was something. */
    boolean read(int most) {
        EventLog.Page page = log.read(position, most);
        if (page.trimmed() != null) {
            position = page.position();
            String to = own(page.trimmed());
            gaps.add(new Gap(cursor, to, page.reason()));
            cursor = to;
            return true;
        }
        for (StoredEvent event : page.events()) {
            boolean known = seen != null && seen.has(event);
            Gap.Reason loss = seen == null ? null : seen.takeLoss();
            if (loss != null) {
                gaps.add(new Gap(cursor, own(event.cursor()), loss));
            }
            if (!known) {
                texts.add(text(event));
            }
            position = event.position() + 1;
            cursor = own(event.cursor());
        }
        return !page.events().isEmpty();
    }

    void readAll() {
        while (read(64)) {
            // until nothing is left
        }
    }

    private String own(String shared) {
        if (seen != null && seen.isPast(position)) {
            seen = null;
        }
        return seen == null ? shared : seen.cursor(shared, position);
    }

    static String text(StoredEvent event) {
        return new String(event.json(), event.dataOffset() + 1, event.dataLength() - 2, StandardCharsets.UTF_8);
    }
}
