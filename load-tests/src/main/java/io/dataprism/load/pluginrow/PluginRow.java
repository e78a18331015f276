package io.dataprism.load.pluginrow;

import io.dataprism.load.measure.Outcome;
import java.io.IOException;
import java.util.List;

/** A row of the table of goals. Has no state; measuring blocks for minutes. */
public interface PluginRow {

    /** As {@code --rows} takes it. */
    String name();

    /** What this machine or this version lacks for it; empty: nothing. */
    default String missing(PluginLab lab) throws IOException {
        return "";
    }

    List<Outcome> measure(PluginLab lab) throws Exception;
}
