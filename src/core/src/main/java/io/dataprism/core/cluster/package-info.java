/**
 * What the nodes of a cluster agree on, without anything that carries it between them: the {@link
 * io.dataprism.core.cluster.ClusterKey} that they all have, the {@link io.dataprism.core.cluster.SharedMap} of named values, and the {@link io.dataprism.core.cluster.BlobFetcher} of
 * files that others have.
 *
 * <p>Any thread; what blocks says so. Failures are {@link io.dataprism.core.error.DataPrismException}.
 */
@NullMarked
package io.dataprism.core.cluster;

import org.jspecify.annotations.NullMarked;
