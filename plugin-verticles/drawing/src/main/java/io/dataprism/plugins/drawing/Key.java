package io.dataprism.plugins.drawing;

/**
 * An entry of a legend.
 *
 * @param line whether it stands for a line, and else for dots
 */
public record Key(String name, Ink ink, Dash dash, boolean line) {}
