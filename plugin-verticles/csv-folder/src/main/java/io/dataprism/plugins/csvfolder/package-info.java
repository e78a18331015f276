/**
 * The bundled plugin {@code csv-folder}: CSV files of a folder that an operator has opened, as tables.
 *
 * <p>A file is read twice through one descriptor: once to learn its types and its digest, once for its rows. Where the second
 * reading does not come to the same digest, the file was changed meanwhile and the read fails, so that nobody gets a mixture.
 *
 * <p>Threads: files are read and written on Reactor's elastic threads; what belongs to one file is used by one thread at a time.
 * Failures: {@code REQUEST_INVALID} with file, row and column for what is wrong with a file or a parameter, the host's own
 * refusals as they are, and {@code PLUGIN_FAILED} for the rest.
 */
@NullMarked
package io.dataprism.plugins.csvfolder;

import org.jspecify.annotations.NullMarked;
