/**
 * The bundled plugin {@code line-chart}: numbers over numbers, times or texts, as lines.
 *
 * <p>{@link io.dataprism.plugins.line.LineReader} reads the rows into {@link io.dataprism.plugins.line.LineStore}, which keeps them
 * all while they are few and afterwards the first, last, lowest and highest of each narrow piece of the horizontal axis (the
 * method known as M4), so that memory is bounded and no peak is lost; {@link io.dataprism.plugins.line.LineLayout} does the same
 * once more for each column of pixels and places everything. What is drawn looks like all points drawn.
 *
 * <p>Threads: one reader belongs to one call; everything else is immutable.
 */
@NullMarked
package io.dataprism.plugins.line;

import org.jspecify.annotations.NullMarked;
