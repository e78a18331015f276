package io.dataprism.plugins.drawing;

import java.util.List;

/** Where values lie along an axis. */
public sealed interface Ruler permits Scale, Span, TimeScale {

    /** 0 at the lower end, 1 at the upper. */
    double part(double value);

    /** From the lowest to the highest; at least one where the axis is not shorter than a step. */
    List<Tick> ticks();
}
