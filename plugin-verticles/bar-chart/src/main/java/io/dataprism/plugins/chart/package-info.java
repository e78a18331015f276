/**
 * The bundled plugin {@code bar-chart}: two columns as bars.
 *
 * <p>{@link io.dataprism.plugins.chart.Bars} reads the rows, and {@link io.dataprism.plugins.chart.BarLayout} places them with the
 * shared module {@code io.dataprism.plugins.drawing}, which writes all formats.
 *
 * <p>Memory is bounded by the bars that may be asked for. Threads: a reader belongs to one call; everything else is immutable.
 */
@NullMarked
package io.dataprism.plugins.chart;

import org.jspecify.annotations.NullMarked;
