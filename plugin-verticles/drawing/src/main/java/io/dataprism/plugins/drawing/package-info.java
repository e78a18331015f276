/**
 * What the bundled charts share: one layout from the outside in ({@link io.dataprism.plugins.drawing.Sheet}), one list of marks
 * ({@link io.dataprism.plugins.drawing.Drawing}), and a writer for each format, so that all formats show the same.
 *
 * <p>A chart is a {@link io.dataprism.plugins.drawing.ChartPlugin} that says how its parameters are read and rows are gathered
 * ({@link io.dataprism.plugins.drawing.ChartReader}), and how the result is placed for a size
 * ({@link io.dataprism.plugins.drawing.Chart}). SVG, HTML and JSON know nothing of AWT and need no font on the machine; PNG and PDF
 * do, and fail with {@code FONTS_MISSING} where there is none. PDF is vectors and text with the glyphs that it needs embedded.
 *
 * <p>Guarantees: every text lies inside the picture and none over another, measured with the widths of a wide sans font; PNG and
 * PDF squeeze a text whose font is wider still. Texts of data are escaped, and bounded in length. One PNG and one PDF are written at a
 * time. Threads: everything but readers is immutable or belongs to one call; nothing waits for input or output but the fonts' files.
 */
@NullMarked
package io.dataprism.plugins.drawing;

import org.jspecify.annotations.NullMarked;
