package io.dataprism.plugin;

/** A drawing that a {@link VisualizationPlugin} has laid out. What is in it is the plugin's own affair. */
public interface View {}
