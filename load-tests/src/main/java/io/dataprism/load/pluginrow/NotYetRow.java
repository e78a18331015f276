package io.dataprism.load.pluginrow;

import io.dataprism.load.measure.Outcome;
import java.util.List;

/** A row of the table of goals that this version cannot be measured by, and why. */
public record NotYetRow(String name, String why) implements PluginRow {

    @Override
    public String missing(PluginLab lab) {
        return why;
    }

    @Override
    public List<Outcome> measure(PluginLab lab) {
        throw new IllegalStateException(why);
    }
}
