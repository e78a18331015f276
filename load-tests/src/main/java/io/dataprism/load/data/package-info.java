/**
 * The data of the measurements: real flights from the folder of shared data, and lineitem of TPC-H, generated once and kept below
 * {@code target}.
 */
@NullMarked
package io.dataprism.load.data;

import org.jspecify.annotations.NullMarked;
