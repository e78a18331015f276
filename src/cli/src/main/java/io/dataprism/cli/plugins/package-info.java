/**
 * {@code ./dataprism plugins}: what an operator does with a node's plugins. Each command is one request or two, over the client;
 * {@link io.dataprism.cli.node} says how it ends.
 */
@NullMarked
package io.dataprism.cli.plugins;

import org.jspecify.annotations.NullMarked;
