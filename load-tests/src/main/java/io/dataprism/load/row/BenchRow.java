package io.dataprism.load.row;

import io.dataprism.load.measure.Outcome;
import java.util.List;

/** A row of the table of goals. Has no state; measuring blocks for minutes. */
public interface BenchRow {

    /** As {@code --only} takes it. */
    String name();

    List<Outcome> measure(Bench bench) throws Exception;
}
