/**
 * What plugins keep by key: {@link io.dataprism.core.storage.PluginStorage}, a file for each value in the data folder; in a cluster slots
 * of a map that all nodes have.
 *
 * <p>A change is on the disk, whole, or with the nodes that keep it, before it is answered. Nothing is kept in memory. Blocks: call on workers. Failures are
 * {@link io.dataprism.core.error.DataPrismException}, and {@link java.io.UncheckedIOException} where the disk fails.
 */
@NullMarked
package io.dataprism.core.storage;

import org.jspecify.annotations.NullMarked;
