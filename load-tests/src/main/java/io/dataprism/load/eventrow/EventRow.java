package io.dataprism.load.eventrow;

import io.dataprism.load.measure.Outcome;
import java.io.IOException;
import java.util.List;

/** A row of the table of goals. Has no state; measuring blocks for minutes. */
public interface EventRow {

    /** As {@code --rows} takes it. */
    String name();

    /** What this machine lacks for it; empty: nothing. */
    default String missing(EventLab lab) throws IOException {
        return "";
    }

    List<Outcome> measure(EventLab lab) throws Exception;
}
