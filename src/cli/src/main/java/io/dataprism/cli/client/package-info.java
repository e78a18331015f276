/**
 * What commands share that speak with a running node: which node and as whom ({@link io.dataprism.cli.client.NodeOptions}), its
 * HTTP contract ({@link io.dataprism.cli.client.NodeClient}), and its answers as people read them. What the node refuses is {@link
 * io.dataprism.cli.Refused}, a node that cannot be reached {@link io.dataprism.cli.CannotBegin}. Texts of a node are printed
 * without control characters, so that none can write to the terminal what it likes. For one command on one thread.
 */
@NullMarked
package io.dataprism.cli.client;

import org.jspecify.annotations.NullMarked;
