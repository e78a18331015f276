/**
 * The bundled plugin {@code scatter-chart}: a dot for each row, by two columns of numbers or times, in the colour of a group and
 * with the area of a size.
 *
 * <p>{@link io.dataprism.plugins.scatter.ScatterReader} reads the rows into {@link io.dataprism.plugins.scatter.DotStore}, which keeps
 * them all while they are few, and afterwards one row of each cell of a fine grid with the number of rows that it stands for;
 * {@link io.dataprism.plugins.scatter.ScatterLayout} does the same once more with cells of some pixels and places everything. A dot
 * is the more opaque the more rows it stands for, as if they lay over each other, so that the density is seen; a lonely row stays
 * visible. The rows with the least and the greatest values are always drawn.
 *
 * <p>Threads: one reader belongs to one call; everything else is immutable.
 */
@NullMarked
package io.dataprism.plugins.scatter;

import org.jspecify.annotations.NullMarked;
