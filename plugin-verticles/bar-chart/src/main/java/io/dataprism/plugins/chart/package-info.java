/**
 * The bundled plugin {@code bar-chart}: two columns as bars, in SVG and PNG.
 *
 * <p>{@link io.dataprism.plugins.chart.Bars} reads the rows, {@link io.dataprism.plugins.chart.Layout} places everything in
 * one {@link io.dataprism.plugins.chart.Drawing}, and two painters write that: one layout, so that both formats show the
 * same. The layout and SVG know nothing of AWT and need no font on the machine; PNG does, and fails with
 * {@code FONTS_MISSING} where there is none.
 *
 * <p>Guarantees: every text lies inside the picture and none over another, measured with the widths of a wide sans font; PNG
 * squeezes a text whose font is wider still. Memory is bounded by the bars and the size that may be asked for; one PNG is
 * painted at a time. Threads: everything but the two entry points is immutable or belongs to one call.
 */
@NullMarked
package io.dataprism.plugins.chart;

import org.jspecify.annotations.NullMarked;
