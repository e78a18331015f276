/**
 * {@code ./dataprism cluster}: what an operator of several nodes needs. {@code certs} makes the cluster's own CA, a certificate for each node
 * and the cluster's key, in files and without a node; {@code status}, {@code drain} and {@code forget} ask a running node over its HTTP contract.
 */
@NullMarked
package io.dataprism.cli.cluster;

import org.jspecify.annotations.NullMarked;
