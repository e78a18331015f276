/**
 * {@code ./dataprism query}: the rows of a query as text, printed as they come. What fails after the first row is said on
 * standard error and ends with exit code 1.
 */
@NullMarked
package io.dataprism.cli.query;

import org.jspecify.annotations.NullMarked;
