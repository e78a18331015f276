package io.dataprism.plugins.drawing;

import io.dataprism.plugin.View;
import java.util.function.Supplier;

/**
 * A chart that was drawn, and how to draw it again.
 *
 * @param plugin the name of the plugin that made it
 * @param readers makes a reader for other data, to be drawn in the same way
 */
public record ChartView(String plugin, Supplier<ChartReader> readers, Chart chart, Drawing drawing) implements View {}
