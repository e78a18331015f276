package io.dataprism.load.measure;

import java.io.IOException;
import java.util.List;

/**
 * A row of a table of goals. Has no state; measuring blocks for minutes.
 *
 * @param <L> what the rows of one bench share
 */
public interface Row<L> {

    /** As {@code --rows} takes it. */
    String name();

    /** What this machine or this version lacks for it; empty: nothing. */
    default String missing(L lab) throws IOException {
        return "";
    }

    List<Outcome> measure(L lab) throws Exception;
}
