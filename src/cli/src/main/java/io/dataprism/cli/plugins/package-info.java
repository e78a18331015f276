/**
 * {@code ./dataprism plugins}: what an operator does with a node's plugins, over the node's HTTP contract and nothing else. Each
 * command is one request or two; what the node refuses is printed with its hint and ends with exit code 1, a node that
 * cannot be reached with 2. Texts that come from plugins are printed without control characters, so that none can write to
 * the operator's terminal what it likes.
 */
@NullMarked
package io.dataprism.cli.plugins;

import org.jspecify.annotations.NullMarked;
