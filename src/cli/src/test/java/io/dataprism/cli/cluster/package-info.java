/** The commands about a cluster: certificates that are really used, and a node that answers what it is told to. */
package io.dataprism.cli.cluster;
