package io.dataprism.plugins.drawing;

/**
 * A mark on an axis.
 *
 * @param index in steps from zero, or from any fixed point
 * @param part 0 at the axis's lower end, 1 at its upper
 * @param context what the text leaves out because the tick before had it too, such as the year; empty: nothing
 */
public record Tick(long index, double part, String text, String context) {}
