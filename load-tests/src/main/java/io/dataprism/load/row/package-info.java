/**
 * One class for each row of the table of goals. A row starts the processes that it needs through {@link
 * io.dataprism.load.row.Bench}, measures, and answers with outcomes; what it starts it ends.
 */
@NullMarked
package io.dataprism.load.row;

import org.jspecify.annotations.NullMarked;
